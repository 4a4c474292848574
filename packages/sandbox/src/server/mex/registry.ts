import { fetchNewChats, fetchReachOut, setAboutText } from './account-operations.ts'
import { updateGroupProperty } from './group-operations.ts'
import type { MexOperation } from './mex-operation.ts'
import {
  acceptAdminInvite,
  adminInfo,
  changeOwner,
  createAdminInvite,
  demoteAdmin,
  pendingInvites,
  revokeAdminInvite,
} from './newsletter-admins.ts'
import {
  createNewsletter,
  deleteNewsletter,
  followNewsletter,
  muteNewsletter,
  setUserSetting,
  unfollowNewsletter,
  updateNewsletter,
} from './newsletter-changes.ts'
import {
  fetchFollowers,
  fetchNewsletter,
  fetchReactionSenders,
  fetchSubscribed,
  fetchSubscribers,
} from './newsletter-queries.ts'
import { getUsername, setUsername, setUsernameKey } from './username-operations.ts'

/** One id of whatsmeow's means either of two things on desktop and mobile; the variables tell which. */
const subscribedOrFollow: MexOperation = (request) =>
  'newsletter_id' in request.variables ? followNewsletter(request) : fetchSubscribed(request)

/** What each query id means. Every client release has its own ids for one operation: those of baileys (Types/Mex.js), whatsmeow (newsletter.go; web, then
 *  desktop and mobile) and zapo (spec/mex). */
const byOperation: readonly (readonly [MexOperation, readonly string[]])[] = [
  [fetchReachOut, ['23983697327930364']],
  [fetchNewChats, ['24503548349331633']],
  [setAboutText, ['9152604461510864']],
  [updateGroupProperty, ['9418211574894172']],
  [getUsername, ['25347099718279209']],
  [setUsername, ['25757341163897635']],
  [setUsernameKey, ['9749436995157074']],
  [createNewsletter, ['8823471724422422', '6234210096708695', '27527996220149684', '25149874324715067']],
  [
    fetchNewsletter,
    ['6563316087068696', '9779843322044422', '27456920720571478', '7272540469429201', '26944199458535748'],
  ],
  [fetchSubscribed, ['6388546374527196', '25399611239711790']],
  [subscribedOrFollow, ['8621797084555037']],
  [followNewsletter, ['24404358912487870', '9926858900719341']],
  [unfollowNewsletter, ['9767147403369991', '6392786840836363', '8782612271820087']],
  [muteNewsletter('ON'), ['29766401636284406', '6274038279359549', '5971669009605755']],
  [muteNewsletter('OFF'), ['9864994326891137', '6068417879924485', '6104029483058502']],
  [setUserSetting, ['31938993655691868']],
  [updateNewsletter, ['24250201037901610', '7150902998257522', '7839742399440946']],
  [deleteNewsletter, ['30062808666639665']],
  [adminInfo, ['7130823597031706', '26278439461859188']],
  [changeOwner, ['7341777602580933', '9546742745432473']],
  [demoteAdmin, ['6551828931592903', '9880997548630971']],
  [pendingInvites, ['9783111038412085']],
  [createAdminInvite, ['9387141988078609']],
  [acceptAdminInvite, ['9580828702035549']],
  [revokeAdminInvite, ['9656078347839416']],
  [fetchFollowers, ['27472091235714801']],
  [fetchSubscribers, ['9800646650009898', '25403502652570342']],
  [fetchReactionSenders, ['29575462448733991']],
]

const operations: ReadonlyMap<string, MexOperation> = new Map(
  byOperation.flatMap(([operation, ids]) => ids.map((id) => [id, operation] as const)),
)

export function findMexOperation(queryId: string): MexOperation | undefined {
  return operations.get(queryId)
}
