import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readVcard, writeVcard } from './vcard.ts'

const card = (lines: readonly string[], end = '\r\n') => ['BEGIN:VCARD', ...lines, 'END:VCARD'].join(end)

describe('readVcard', () => {
  it('reads quoted-printable names of vCard 2.1, also over several lines, with either end of line', () => {
    const lines = [
      'VERSION:2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:da Silva;Jo=C3=',
      '=A3o;;;',
      'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jo=C3=A3o da=20=',
      'Silva',
      'TEL;CELL;PREF:+55 11 98888-7777',
      'ADR;HOME;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:;;Rua S=E3o Jo=E3o 1;S=E3o Paulo;SP;01000;Brasil',
    ]
    for (const end of ['\r\n', '\n', '\r']) {
      assert.deepEqual(readVcard(card(lines, end)), {
        name: 'João da Silva',
        phones: [{ number: '+55 11 98888-7777', label: 'cell' }],
        addresses: ['Rua São João 1, São Paulo, SP, 01000, Brasil'],
      })
      const { name } = readVcard(
        card(
          lines.filter((line) => !line.startsWith('FN') && line !== 'Silva'),
          end,
        ),
      )!
      assert.equal(name, 'João da Silva')
    }
  })

  it('reads what WhatsApp and address books write: numbers with accounts and labels, folded and escaped lines', () => {
    const lines = [
      'VERSION:3.0',
      'N:Lovelace;Ada;King;Dr.;',
      'FN:Ada Lovelace\\; Countess\\, 1815',
      'item1.TEL;type=CELL;waid=4917087654321:+49 170 87654321',
      'item1.X-ABLabel:_$!<Mobile>!$_',
      'item2.TEL;TYPE="work,voice":tel:+49 30 1234',
      'EMAIL;TYPE=INTERNET:ada@example.com',
      'ORG:Analytical Engines;Research',
      'TITLE:Programmer',
      'URL:https://example.com/a?b=1:2',
      'BDAY:1815-12-10',
      'NOTE:first line\\nsecond',
      '  line',
      'PHOTO;ENCODING=b;TYPE=JPEG:AAAA',
    ]
    assert.deepEqual(readVcard(card(lines)), {
      name: 'Ada Lovelace; Countess, 1815',
      phones: [
        { number: '+49 170 87654321', waid: '4917087654321', label: 'Mobile' },
        { number: '+49 30 1234', label: 'work' },
      ],
      emails: ['ada@example.com'],
      organization: 'Analytical Engines, Research',
      title: 'Programmer',
      urls: ['https://example.com/a?b=1:2'],
      birthday: '1815-12-10',
      note: 'first line\nsecond line',
    })
  })

  it('takes no other text for a card, and gets through broken ones', () => {
    for (const text of ['', 'hello', 'BEGIN:VEVENT\nEND:VEVENT', '\n\n;;;:\n']) assert.equal(readVcard(text), undefined)
    assert.deepEqual(readVcard('BEGIN:VCARD'), {})
    const broken = card(['FN;CHARSET=nonsense;ENCODING=QUOTED-PRINTABLE:=ZZ=4', 'TEL', 'N', '=', 'X'.repeat(100_000)])
    assert.deepEqual(readVcard(broken), { name: '=ZZ=4' })
    assert.deepEqual(readVcard(card([`FN:${'a;'.repeat(50_000)}`])), { name: 'a;'.repeat(50_000) })
  })
})

describe('writeVcard', () => {
  it('escapes what would end a value, and reads back as it was meant', () => {
    const ada = {
      name: 'Ada; "the, first" \\ programmer\r\n2',
      phones: [{ number: '4917087654321' }, { number: '493012345', label: 'Office; main' }],
      organization: 'Engines, Ltd; London',
      title: 'Countess',
      emails: ['ada@example.com'],
      urls: ['https://example.com/?a=1;b=2'],
      note: 'line\nbreak',
    }
    const written = writeVcard(ada)
    assert.match(written, /waid=4917087654321:\+4917087654321/)
    assert.equal(written.split('\n').length, 13)
    const { phones, name, organization, ...others } = readVcard(written)!
    assert.deepEqual(
      phones?.map(({ waid, label }) => [waid, label]),
      [
        ['4917087654321', 'cell'],
        ['493012345', 'Office; main'],
      ],
    )
    assert.equal(name, 'Ada; "the, first" \\ programmer\n2')
    assert.equal(organization, ada.organization)
    assert.deepEqual(others, { title: ada.title, emails: ada.emails, urls: ada.urls, note: ada.note })
  })
})
