import type {
  ICredentialDataDecryptedObject,
  ICredentialTestRequest,
  ICredentialType,
  Icon,
  IHttpRequestOptions,
  INodeProperties,
} from 'n8n-workflow'

/** Who calls: one device by its token, or an API key in the name of one of its devices. */
export class SwitchboardApi implements ICredentialType {
  name = 'switchboardApi'
  displayName = 'Switchboard API'
  icon: Icon = { light: 'file:../icons/switchboard.svg', dark: 'file:../icons/switchboard.dark.svg' }
  documentationUrl = 'https://switchboard.example/docs/guide/access.md'
  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: '',
      placeholder: 'https://switchboard.example.com',
      description: 'Where the server answers, without a path',
      required: true,
    },
    {
      displayName: 'Authenticate With',
      name: 'caller',
      type: 'options',
      options: [
        { name: 'Device Token or Access Key', value: 'deviceToken' },
        { name: 'API Key and Device ID', value: 'apiKey' },
      ],
      default: 'deviceToken',
    },
    {
      displayName: 'Device Token',
      name: 'deviceToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'The token of the device, or an access key for this device',
      displayOptions: { show: { caller: ['deviceToken'] } },
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      displayOptions: { show: { caller: ['apiKey'] } },
    },
    {
      displayName: 'Device ID',
      name: 'deviceId',
      type: 'string',
      default: '',
      description: 'The device of the API key that sends and receives',
      displayOptions: { show: { caller: ['apiKey'] } },
    },
  ]

  async authenticate(
    credentials: ICredentialDataDecryptedObject,
    request: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> {
    const { caller, deviceToken, apiKey, deviceId } = credentials
    const own =
      caller === 'apiKey'
        ? { 'X-API-Key': String(apiKey), 'X-Device-ID': String(deviceId) }
        : { Authorization: `Bearer ${deviceToken}` }
    return { ...request, headers: { ...request.headers, ...own } }
  }

  test: ICredentialTestRequest = {
    request: { baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}', url: '/devices/me/status' },
  }
}
