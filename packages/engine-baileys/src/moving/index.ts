export { linkReaders } from './link-readers.ts'
export { createRewind } from './rewind.ts'
