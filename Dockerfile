# The gateway as an image. The last stage is the slim one; `--target full` adds ffmpeg, which converts videos, GIFs and M4A voice notes.
# The version is that of the npm package `node` in package.json; a test keeps the two equal. Both amd64 and arm64 are built by these steps.
FROM node:26.10.0-bookworm-slim AS build
WORKDIR /app
# Only what decides about the dependencies, so that a change of the code installs nothing again.
COPY package.json package-lock.json .npmrc ./
COPY overrides/ overrides/
COPY packages/client/package.json packages/client/
COPY packages/console/package.json packages/console/
COPY packages/engine/package.json packages/engine/
COPY packages/engine-baileys/package.json packages/engine-baileys/
COPY packages/link/package.json packages/link/
COPY packages/sandbox/package.json packages/sandbox/
COPY packages/server/package.json packages/server/
COPY packages/signal/package.json packages/signal/
COPY e2e/package.json e2e/
COPY bench/package.json bench/
RUN npm ci --omit=dev
COPY LICENSE .env.example ./
COPY packages/ packages/
COPY scripts/build/ scripts/build/
COPY scripts/package/ scripts/package/
COPY scripts/gateway-flags.mjs scripts/run-node.mjs scripts/
# The npm package of the gateway with what it depends on: compiled code, and a few packages that cannot be compiled.
RUN node scripts/build/gateway-package.ts dist/gateway --with-modules

FROM node:26.10.0-bookworm-slim AS gateway
LABEL org.opencontainers.image.title="switchboard" \
      org.opencontainers.image.description="One self-hosted REST API for many WhatsApp accounts" \
      org.opencontainers.image.licenses="MIT"
# /shared is for the nodes of a cluster: what they have in common.
RUN mkdir /data /shared && chown node:node /data /shared && ln -s /app/bin/switchboard.mjs /usr/local/bin/switchboard
WORKDIR /app
# Everything here belongs to root: the gateway can read and not change it.
COPY --from=build /app/dist/gateway/ ./
COPY deploy/healthcheck.mjs deploy/
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/tmp/compiled \
    SWITCHBOARD_DATA_DIR=/data
USER 1000:1000
VOLUME ["/data"]
EXPOSE 7001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["node", "deploy/healthcheck.mjs"]
# It replaces itself by the gateway, with the flags of `npm start`: signals go to the gateway. `docker run … doctor` runs another command.
ENTRYPOINT ["node", "bin/switchboard.mjs"]
CMD ["start"]

FROM gateway AS full
USER 0
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/*
USER 1000:1000

FROM gateway AS slim
