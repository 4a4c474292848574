import { type Debugger, Session } from 'node:inspector'

const mostFrames = 30

/** Where the main thread is just now, as a stack; to be called on another thread. The main thread is interrupted for it and goes no further.
 *  Never resolves while it is in a call that cannot be interrupted. */
export const whereMainStands = (): Promise<string> => {
  const session = new Session()
  session.connectToMainThread()
  const files = new Map<string, string>()
  session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url))
  const line = ({ functionName, location }: Debugger.CallFrame): string =>
    `    at ${functionName || '<anonymous>'} (${files.get(location.scriptId) ?? ''}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1})`
  return new Promise((resolve, reject) => {
    session.once('Debugger.paused', ({ params }) =>
      resolve(['Standstill', ...params.callFrames.slice(0, mostFrames).map(line)].join('\n')),
    )
    session.post('Debugger.enable', (error) => error && reject(error))
    session.post('Debugger.pause')
  })
}
