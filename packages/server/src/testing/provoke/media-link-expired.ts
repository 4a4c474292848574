import { MediaLinks } from '../../media/links.ts'
import { testSecrets } from '../test-secrets.ts'
import type { Provoke } from '../walk.ts'

/** Signed as this server does, long ago. */
export default (({ mine }) => {
  const { masterKey } = testSecrets
  const long = { masterKey, lifeMs: 1000, publicUrl: 'http://server', basePath: '', clock: { now: () => 0 } }
  const { url } = new MediaLinks(long).sign(mine.device.id, mine.values.known('MessageMediaId'))
  return { query: new URL(url).search }
}) satisfies Provoke
