-- CreateEnum
CREATE TYPE "completion_cost_source" AS ENUM ('known', 'operator', 'provider');

-- AlterTable: no defaults, so that no row is written anew
ALTER TABLE "completions" ADD COLUMN     "cost_source" "completion_cost_source",
ADD COLUMN     "service_tier" TEXT,
ADD COLUMN     "units" JSONB;
