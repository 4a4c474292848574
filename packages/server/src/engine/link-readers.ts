export { createRewind, linkReaders } from '@switchboard/engine-baileys/moving'
