import { FileAnswer, type Operation } from '../../kit/define-operation.ts'
import type { Answerer, Asking } from '../answer-operation.ts'
import { carriedBy, headersThatMatter } from './carried.ts'
import { fileElsewhere } from './file-elsewhere.ts'
import { Forwarder } from './forwarder.ts'

/** The device that a request is about. */
const deviceOf = async (operation: Operation, { caller, said }: Asking): Promise<string | undefined> => {
  const { principal, services } = caller
  if (operation.anywhere) return undefined
  if (principal.kind === 'device') return principal.deviceId
  return operation.deviceOf?.(services, said.params as Record<string, string>)
}

/** Has an operation carried out by the node that has the device that it is about. What came from another node goes no further. */
export const whereItsDeviceIs = (id: string, operation: Operation, here: Answerer): Answerer => {
  const there = async (asking: Asking, deviceId: string) => {
    const { caller, said, request, setHeader } = asking
    const { services, principal } = caller
    const { params, query, body, mediaType } = said
    const headers = headersThatMatter({ ...request.headers, ...said.headers })
    const question = {
      ...carriedBy(request, principal, deviceId),
      operation: id,
      said: { params, query, body, headers, mediaType },
    }
    const repeatable = operation.method === 'GET'
    const told = await new Forwarder(services).ask(question, { repeatable, setHeader })
    // Who was deleted there is refused here with the next request.
    if (told && principal.kind !== 'device') await services.tenants.shared?.changes.refresh()
    if (!told?.facts) return told
    const { facts, ...answer } = told
    const file = fileElsewhere({ facts, operation, question, services, signalOf: asking.signalOf })
    return { ...answer, file: new FileAnswer(file) }
  }
  return async (asking) => {
    const { request, caller } = asking
    // Operations of a server that still starts have no cluster.
    if (!caller.services.cluster?.isShared || request.isCarried) return here(asking)
    const deviceId = await deviceOf(operation, asking)
    return (deviceId === undefined ? undefined : await there(asking, deviceId)) ?? here(asking)
  }
}
