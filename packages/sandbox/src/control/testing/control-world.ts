import { Sandbox, type SandboxOptions } from '../../start-sandbox.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are judged field by field
export type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: any }>

/** A world with its control API, and a way to call it. */
export async function controlWorld(options: SandboxOptions): Promise<{ sandbox: Sandbox; call: Call }> {
  const sandbox = await Sandbox.start({ ...options, control: true })
  const call: Call = async (method, path, body) => {
    const response = await fetch(`${sandbox.origin}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json() }
  }
  return { sandbox, call }
}
