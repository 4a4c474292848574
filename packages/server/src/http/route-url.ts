/** `/chats/{chat_jid}/messages` → `/base/chats/:chat_jid/messages`. The browser's icon is asked for at the root, whatever the base path. */
export const routeUrl = (basePath: string, path: string): string => {
  const url = path.replaceAll(/\{(\w+)\}/g, ':$1')
  return url === '/favicon.ico' ? url : `${basePath}${url}`
}
