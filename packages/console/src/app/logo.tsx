/** Two lines that cross over: a switchboard. */
export const Logo = () => (
  <svg class="logo" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
    <rect width="32" height="32" rx="8" />
    <path d="M9 11h5c4 0 4 10 8 10h1M9 21h3M21 11h2" />
  </svg>
)
