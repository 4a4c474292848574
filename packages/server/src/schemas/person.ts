import type { Address } from '@switchboard/engine'
import { z } from 'zod'

/** The field with the LID that belongs to a field with an address: `from_lid` to `from`, `chat_lid` to `chat_jid`, `lid` to `jid`. */
type LidOf<Name extends string> = Name extends 'jid'
  ? 'lid'
  : Name extends `${infer Base}_jid`
    ? `${Base}_lid`
    : `${Name}_lid`

const lidOf = <Name extends string>(name: Name) =>
  (name === 'jid' ? 'lid' : `${name.replace(/_jid$/, '')}_lid`) as LidOf<Name>

const address = (description: string) => z.string().meta({ description, examples: ['4917087654321@s.whatsapp.net'] })
const lid = (of: string) =>
  z.string().meta({ description: `LID of \`${of}\`, when known`, examples: ['123456789012345@lid'] })

/** A user name that leaves the gateway. */
export const username = (description: string) =>
  z.string().meta({ description: `${description}, without @`, examples: ['ada.lovelace'] })

/** Fields of a schema for an address that leaves the gateway: the number first, then the LID. {@link person} fills them. */
export const personFields = <Name extends string>(name: Name, description: string) =>
  ({
    [name]: address(description),
    [lidOf(name)]: lid(name).optional(),
  }) as { [Key in Name]: z.ZodString } & { [Key in LidOf<Name>]: z.ZodOptional<z.ZodString> }

/** The same for somebody who need not be there. */
export const optionalPersonFields = <Name extends string>(name: Name, description: string) =>
  ({
    [name]: address(description).optional(),
    [lidOf(name)]: lid(name).optional(),
  }) as { [Key in Name | LidOf<Name>]: z.ZodOptional<z.ZodString> }

/** The same for a list. {@link people} fills them. */
export const peopleFields = <Name extends string>(name: Name, description: string) =>
  ({
    [name]: z.array(address(description)).optional().describe(description),
    [lidOf(name)]: z
      .array(lid(name))
      .optional()
      .describe(`LIDs of \`${name}\`, place by place; blank where none is known`),
  }) as { [Key in Name | LidOf<Name>]: z.ZodOptional<z.ZodArray<z.ZodString>> }

/** The values of {@link personFields}, or of {@link optionalPersonFields} when nobody is given. */
export function person<Name extends string>(
  name: Name,
  address: Address,
): { [Key in Name]: string } & { [Key in LidOf<Name>]?: string | undefined }
export function person<Name extends string>(
  name: Name,
  address: Address | undefined,
): { [Key in Name | LidOf<Name>]?: string | undefined }
export function person(name: string, address: Address | undefined) {
  return address && { [name]: address.jid, [lidOf(name)]: address.lid }
}

/** The values of {@link peopleFields}. */
export const people = <Name extends string>(name: Name, addresses: readonly Address[] | undefined) =>
  (addresses && {
    [name]: addresses.map(({ jid }) => jid),
    [lidOf(name)]: addresses.map(({ lid }) => lid ?? ''),
  }) as { [Key in Name | LidOf<Name>]?: string[] | undefined }
