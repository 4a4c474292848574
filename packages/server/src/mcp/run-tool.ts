import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server'
import { ApprovalPending } from '../approvals/approval-pending.ts'
import { AppError } from '../errors/app-error.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import { askUser, pendingData, settle } from './ask-user.ts'
import { type Tool, type ToolContext, type ToolFile, WithFile } from './define-tool.ts'
import type { Exchange } from './exchange.ts'

/** What went wrong, as JSON of the same fields that the REST API answers with. */
export const failedResult = ({ code, message, details }: AppError): CallToolResult => {
  const { retryable } = errorCatalogue[code]
  const error = { error_code: code, message, retryable, ...(details && { details }) }
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(error) }] }
}

/** A file as a block that models know. */
const fileBlock = ({ mimetype, bytes }: ToolFile, uri: string): CallToolResult['content'][number] => {
  const data = Buffer.from(bytes).toString('base64')
  const [mimeType = mimetype] = mimetype.split(';')
  if (mimeType.startsWith('image/')) return { type: 'image', data, mimeType }
  if (mimeType.startsWith('audio/')) return { type: 'audio', data, mimeType }
  return { type: 'resource', resource: { uri, blob: data, mimeType } }
}

const succeeded = (tool: Tool, answer: unknown): CallToolResult => {
  const { data, file } = answer instanceof WithFile ? answer : { data: answer, file: undefined }
  const structuredContent = tool.output.parse(data) as Record<string, unknown>
  const text = { type: 'text' as const, text: JSON.stringify(structuredContent) }
  const uri = `switchboard://files/${encodeURIComponent(String(structuredContent['message_id']))}`
  return { structuredContent, content: file ? [text, fileBlock(file, uri)] : [text] }
}

/** Runs a tool for arguments that fit its schema. What is expected to fail comes back as a result that the model sees; what waits for a person, as a question to
 *  the user where the program of the agent can put one, and else as pending. @throws what nobody expected */
export async function runTool(
  tool: Tool,
  context: ToolContext,
  given: unknown,
  { canAsk, answered }: Exchange,
): Promise<CallToolResult | InputRequiredResult> {
  try {
    const isAnswer = answered !== undefined && !tool.readOnly
    return succeeded(tool, await (isAnswer ? settle(context, answered) : tool.run(context, given as never)))
  } catch (error) {
    if (error instanceof ApprovalPending) {
      return canAsk ? askUser(context, error.approval) : succeeded(tool, pendingData(error.approval))
    }
    if (error instanceof AppError) return failedResult(error)
    throw error
  }
}
