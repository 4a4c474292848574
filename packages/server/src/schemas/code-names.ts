/** Fields of bodies that have another name in the code of the reference than in its documents: programs that work with it send that one, in any case of letters.
 *  Source: gdbrns/go-whatsapp-multi-session-rest-api, commit dab7403: struct fields without a tag, which encoding/json binds by their own name. */
export const codeNames: Readonly<Record<string, string>> = {
  chat_jid: 'ChatJID',
  sender_jid: 'SenderJID',
  multi_answer: 'MultiAnswer',
  member_add_mode: 'MemberAddMode',
  join_approval: 'JoinApproval',
  invite_code: 'InviteCode',
  previous_id: 'PreviousID',
  new_id: 'NewID',
}
