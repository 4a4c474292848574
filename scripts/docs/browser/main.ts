import { openLinked } from '../../../packages/server/browser/docs/anchors.ts'
import { showSamples } from '../../../packages/server/browser/docs/samples.ts'
import { SearchBox } from '../../../packages/server/browser/docs/search-box.ts'
import { offerCopies } from './copies.ts'
import { finder } from './finder.ts'

showSamples()
openLinked()
offerCopies()
new SearchBox(finder).start()
