/** An answer under a post of a channel. */
export interface CommentContent {
  readonly type: 'comment'
  readonly text: string
  /** Message id of the post. */
  readonly postId: string
}
