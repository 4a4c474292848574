/** Where it works: nothing else is asked for, and nothing else is given. */
export const whatsappWeb = 'https://web.whatsapp.com/*'

/** From it Chrome derives the same id wherever the folder is loaded from; the page of a pairing link looks for that id. Its private half is kept nowhere. */
const key = [
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAjV/xmfc/4iEJvJuYfeBY2Q3hyyAcSTkU4TNXgP63YxZvVa7LLgPgaeSG',
  'QJDcQEV4Ljr3/oqKVRWu08S4nZMuiEffLfdILReNXuj5UyfU8757Tpl136mTsavenOWas8m0PSrXM7RnIDe3r6RctRGwAnWkbQ2a',
  'JdfPp57/2RVC0fIOFz2VMuXuEhdetyI4noYONq7Bv7tIc4JjfPVNqffZGsynD41ZkYRcB1ciEkOVbS/XhnfXqvnQFy5zSfNKjKRA',
  'lTaoVFWg3UXBHRt/jK/6EsEGIVJ/gygrJj5s5b4/8pLWdkj16uNof9hinRupFiQCbbo7aVG344u3co7GbogVlwIDAQAB',
].join('')

const common = {
  manifest_version: 3,
  name: 'Switchboard passkey helper',
  version: '0.1.0',
  description:
    'Signs with your WhatsApp passkey when you link a device, and hands the signature to the page that asked.',
  content_scripts: [{ matches: [whatsappWeb], js: ['content.js'], run_at: 'document_start' }],
}

/** The manifest for a browser. */
export const manifests = {
  chrome: {
    ...common,
    minimum_chrome_version: '116',
    key,
    // A page can load this picture, and so learn that the extension is there. It learns nothing more.
    web_accessible_resources: [{ resources: ['here.svg'], matches: ['http://*/*', 'https://*/*'] }],
  },
  firefox: {
    ...common,
    browser_specific_settings: { gecko: { id: 'passkey-helper@switchboard.invalid', strict_min_version: '121.0' } },
  },
}
