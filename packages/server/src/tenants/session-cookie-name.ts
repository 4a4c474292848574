/** Where a browser keeps a session of the console. */
export const sessionCookieName = 'switchboard_session'
