export { linkReaders } from '@switchboard/engine-baileys'
