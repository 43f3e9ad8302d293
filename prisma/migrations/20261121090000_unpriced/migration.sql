-- AlterTable: no default, so that no row is written anew
ALTER TABLE "completions" ADD COLUMN     "unpriced" TEXT;
