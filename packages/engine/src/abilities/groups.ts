/** Acts on groups. All @throws EngineError `timeout`, or `refused` with WhatsApp's code: 401 or 403 not allowed, 404 no such group, 406 not acceptable. */
export interface Groups {
  rename(group: string, name: string): Promise<void>
}
