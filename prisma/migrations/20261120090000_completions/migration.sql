-- CreateEnum
CREATE TYPE "completion_status" AS ENUM ('ok', 'aborted', 'error');

-- CreateEnum
CREATE TYPE "completion_usage_source" AS ENUM ('reported', 'partial', 'none');

-- CreateTable
CREATE TABLE "completions" (
    "id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "gateway" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "dialect" TEXT NOT NULL,
    "streamed" BOOLEAN NOT NULL,
    "upstream" TEXT NOT NULL,
    "model_requested" TEXT NOT NULL,
    "model" TEXT,
    "upstream_id" TEXT,
    "caller_request_id" TEXT,
    "status" "completion_status" NOT NULL,
    "reason" TEXT,
    "detail" TEXT,
    "terminal_seen" BOOLEAN NOT NULL,
    "finish_reason" TEXT,
    "http_status" INTEGER NOT NULL,
    "upstream_status" INTEGER,
    "input_tokens" INTEGER NOT NULL DEFAULT 0,
    "cached_input_tokens" INTEGER NOT NULL DEFAULT 0,
    "cache_write_tokens" INTEGER NOT NULL DEFAULT 0,
    "output_tokens" INTEGER NOT NULL DEFAULT 0,
    "reasoning_tokens" INTEGER NOT NULL DEFAULT 0,
    "total_tokens" INTEGER NOT NULL DEFAULT 0,
    "usage_source" "completion_usage_source" NOT NULL,
    "usage" JSONB,
    "cost" DECIMAL(20,12),
    "price" JSONB,
    "ttft_ms" INTEGER,
    "headers_ms" INTEGER,
    "duration_ms" INTEGER NOT NULL,
    "client_ms" INTEGER,
    "frames" INTEGER NOT NULL,
    "frames_delivered" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "bytes_delivered" BIGINT NOT NULL,
    "drained" BOOLEAN NOT NULL,
    "key" TEXT,
    "user" TEXT,
    "chat_id" TEXT,
    "message_id" TEXT,
    "tags" JSONB,

    CONSTRAINT "completions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "completions_started_at_idx" ON "completions"("started_at");

-- CreateIndex
CREATE INDEX "completions_status_started_at_idx" ON "completions"("status", "started_at");

-- CreateIndex
CREATE INDEX "completions_model_started_at_idx" ON "completions"("model", "started_at");

-- CreateIndex
CREATE INDEX "completions_key_started_at_idx" ON "completions"("key", "started_at");

-- CreateIndex
CREATE INDEX "completions_chat_id_idx" ON "completions"("chat_id");
