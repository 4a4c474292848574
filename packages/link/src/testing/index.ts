export { type ServerConnection, StanzaServer } from './stanza-server.ts'
