import { startTestGateway } from '../testing/start-test-gateway.ts'
import { thingActs } from '../testing/thing-maker.ts'

// Its parent ended: so does it.
process.once('disconnect', () => process.exit())
// A gateway without a world on the folder of its parent, which kills it.
const gateway = await startTestGateway({ dataDir: process.argv[2]!, moreOperations: thingActs })
process.send?.({ url: gateway.api.url })
