import type { AuditEntry } from '@switchboard/client'
import { Dialog } from '../../ui/dialog.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Time } from '../../ui/time.tsx'
import type { NameOf } from './names.ts'
import { auditWords } from './words.ts'

interface EntryDetailsProps {
  readonly entry: AuditEntry
  readonly nameOf: NameOf
  readonly onClose: () => void
}

/** All that is noted of one change. */
export const EntryDetails = ({ entry, nameOf, onClose }: EntryDetailsProps) => {
  const { columns, details: t } = auditWords()
  /** A name, and behind it what the audit wrote. */
  const named = (written: string) => {
    const name = nameOf(written)
    return (
      <span>
        {name !== written && <bdi>{name} </bdi>}
        <code>{written}</code>
      </span>
    )
  }
  return (
    <Dialog title={t.title} onClose={onClose}>
      <p dir="auto">{entry.text}</p>
      <Facts
        facts={[
          [columns.at, <Time key="at" at={entry.at} />],
          [columns.action, <code key="action">{entry.action}</code>],
          [columns.actor, named(entry.actor)],
          [columns.target, entry.target && named(entry.target)],
          [t.customer, entry.api_key_id !== null && named(`key:${entry.api_key_id}`)],
          [t.address, entry.address],
          [t.detail, entry.detail && <span dir="auto">{entry.detail}</span>],
          [t.number, String(entry.id)],
        ]}
      />
    </Dialog>
  )
}
