import { adviceOf } from '../data/failure.ts'
import { common } from '../words/common.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Icon } from './icon.tsx'

/** What failed, in the server's words: what to do, and the number of the request for who looks into its log. */
export const Failure = ({
  error,
  onRetry,
}: {
  readonly error: unknown
  readonly onRetry?: (() => unknown) | undefined
}) => {
  if (error === undefined) return null
  const { text, code, requestId, issues, hint } = adviceOf(error)
  const t = common()
  return (
    <div class="failure" role="alert">
      <Icon name="alert" />
      <div class="failure-text">
        <p>
          <strong>{text}</strong> {hint}
        </p>
        {issues.length > 0 && (
          <ul>
            {issues.map((issue) => (
              <li key={issue}>{issue}</li>
            ))}
          </ul>
        )}
        {(code || requestId) && (
          <p class="quiet small">
            {code && <code>{code}</code>}
            {requestId && (
              <>
                {' '}
                {t.failed.request} <code>{requestId}</code> <CopyButton bare text={requestId} />
              </>
            )}
          </p>
        )}
      </div>
      {onRetry && (
        <Button icon="refresh" onClick={() => onRetry()}>
          {t.retry}
        </Button>
      )}
    </div>
  )
}
