import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation, FileAnswer } from '../../kit/define-operation.ts'
import { ApprovalId } from '../../schemas/approval.ts'

export default defineOperation({
  method: 'GET',
  path: '/approvals/{approval_id}/media',
  auth: 'device',
  summary: 'The file that would be sent',
  description:
    'Outside the envelope: the file in the form in which it leaves. A file of a stored message that is sent again is not here: `GET /messages/{message_id}/media` has it.',
  params: z.object({ approval_id: ApprovalId }),
  raw: { '*/*': 'The file' },
  errors: ['approval_not_found', 'media_not_found', 'range_not_satisfiable'],
  async run({ approvals, outgoingFiles, principal: { deviceId } }, { params }) {
    const { fileId } = await approvals.get(deviceId, params.approval_id)
    if (fileId === undefined) throw new AppError('media_not_found')
    return new FileAnswer(await outgoingFiles.serve(deviceId, fileId))
  },
})
