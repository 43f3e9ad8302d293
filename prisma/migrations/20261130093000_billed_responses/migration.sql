-- CreateTable
CREATE TABLE "billed_responses" (
    "upstream" TEXT NOT NULL,
    "response_id" TEXT NOT NULL,
    "completion_id" UUID NOT NULL,

    CONSTRAINT "billed_responses_pkey" PRIMARY KEY ("upstream","response_id")
);
