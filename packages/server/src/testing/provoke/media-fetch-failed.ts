import type { Provoke } from '../walk.ts'

export default (() => ({
  body: { message_id: undefined, base64: undefined, url: 'http://127.0.0.1:9/nobody-is-there' },
})) satisfies Provoke
