export { expandAppStateKeys } from './src/expand-app-state-keys.js'
export { hkdf } from './src/hkdf.js'
export { LTHashAntiTampering } from './src/lt-hash-anti-tampering.js'
export { md5 } from './src/md5.js'
