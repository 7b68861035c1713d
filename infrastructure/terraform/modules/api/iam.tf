# One role a function, each with what its handler does and nothing else.

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

locals {
  indexes        = [for arn in var.table_arns : "${arn}/index/*"]
  datasets_table = [for arn in var.table_arns : arn if endswith(arn, "-datasets")]
  jobs_table     = [for arn in var.table_arns : arn if endswith(arn, "-training-jobs")]
  batches_table  = [for arn in var.table_arns : arn if endswith(arn, "-prediction-batches")]
}

data "aws_iam_policy_document" "common" {
  for_each = local.functions

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }

  statement {
    sid       = "Trace"
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"] # X-Ray has no resources for these
  }

  dynamic "statement" {
    for_each = each.key == "api" ? [] : [1]

    content {
      sid       = "FailedEvents"
      actions   = ["sqs:SendMessage"]
      resources = [aws_sqs_queue.failed_events.arn]
    }
  }
}

data "aws_iam_policy_document" "api" {
  source_policy_documents = [data.aws_iam_policy_document.common["api"].json]

  statement {
    sid       = "Records"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:BatchGetItem", "dynamodb:Query"]
    resources = concat(var.table_arns, local.indexes)
  }

  statement {
    sid       = "Files"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = ["${var.bucket_arn}/datasets/*", "${var.bucket_arn}/jobs/*", "${var.bucket_arn}/batches/*", "${var.bucket_arn}/health/*"]
  }

  statement {
    sid       = "ListFiles"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }

  statement {
    sid       = "HandOver"
    actions   = ["lambda:InvokeFunction"]
    resources = [for name in ["analyse", "score"] : "arn:${var.partition}:lambda:${var.region}:${var.account_id}:function:${var.name}-${name}"]
  }

  statement {
    sid       = "Train"
    actions   = ["batch:SubmitJob", "batch:TagResource"]
    resources = [var.queue_arn, var.definition_arn_prefix, "${var.definition_arn_prefix}:*", local.batch_jobs]
  }

  statement {
    sid       = "StopTraining"
    actions   = ["batch:TerminateJob"]
    resources = [local.batch_jobs]
  }

  statement {
    sid       = "LookAtTraining"
    actions   = ["batch:DescribeJobs", "batch:ListJobs"]
    resources = ["*"] # Batch has no resources for reading
  }
}

locals {
  batch_jobs = "arn:${var.partition}:batch:${var.region}:${var.account_id}:job/*"
}

resource "aws_iam_role" "api" {
  name               = "${var.name}-api"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "api" {
  name   = "api"
  role   = aws_iam_role.api.id
  policy = data.aws_iam_policy_document.api.json
}

data "aws_iam_policy_document" "analyse" {
  source_policy_documents = [data.aws_iam_policy_document.common["analyse"].json]

  statement {
    sid       = "Datasets"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = local.datasets_table
  }

  statement {
    sid       = "ModelsToCompareWith"
    actions   = ["dynamodb:GetItem"]
    resources = local.jobs_table
  }

  statement {
    sid       = "ModelFiles"
    actions   = ["s3:GetObject"]
    resources = ["${var.bucket_arn}/jobs/*"]
  }

  statement {
    sid       = "Files"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = ["${var.bucket_arn}/datasets/*"]
  }

  statement {
    sid       = "ListFiles"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }
}

resource "aws_iam_role" "analyse" {
  name               = "${var.name}-analyse"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "analyse" {
  name   = "analyse"
  role   = aws_iam_role.analyse.id
  policy = data.aws_iam_policy_document.analyse.json
}

data "aws_iam_policy_document" "score" {
  source_policy_documents = [data.aws_iam_policy_document.common["score"].json]

  statement {
    sid       = "Model"
    actions   = ["dynamodb:GetItem"]
    resources = local.jobs_table
  }

  statement {
    sid       = "Outcome"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [for arn in var.table_arns : arn if !endswith(arn, "-datasets") && !endswith(arn, "-training-jobs")]
  }

  statement {
    sid       = "ReadData"
    actions   = ["s3:GetObject"]
    resources = ["${var.bucket_arn}/datasets/*", "${var.bucket_arn}/jobs/*"]
  }

  statement {
    sid       = "WriteAnswers"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    resources = ["${var.bucket_arn}/batches/*"]
  }

  statement {
    sid       = "ListFiles"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }

  statement {
    sid       = "Tell"
    actions   = ["events:PutEvents"]
    resources = [var.event_bus_arn]
  }
}

resource "aws_iam_role" "score" {
  name               = "${var.name}-score"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "score" {
  name   = "score"
  role   = aws_iam_role.score.id
  policy = data.aws_iam_policy_document.score.json
}

data "aws_iam_policy_document" "sweep" {
  source_policy_documents = [data.aws_iam_policy_document.common["sweep"].json]

  statement {
    sid       = "Records"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchGetItem", "dynamodb:Query"]
    resources = concat(var.table_arns, local.indexes)
  }

  statement {
    sid       = "DropExpired"
    actions   = ["dynamodb:DeleteItem"]
    resources = local.batches_table
  }

  statement {
    sid       = "DropExpiredFiles"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.bucket_arn}/batches/*"]
  }

  statement {
    sid       = "ListFiles"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }

  statement {
    sid       = "ReadData" # of a training that is due
    actions   = ["s3:GetObject"]
    resources = ["${var.bucket_arn}/datasets/*", "${var.bucket_arn}/jobs/*"]
  }

  statement {
    sid       = "WritePlan"
    actions   = ["s3:PutObject"]
    resources = ["${var.bucket_arn}/datasets/*", "${var.bucket_arn}/jobs/*"]
  }

  statement {
    sid       = "TrainAgain"
    actions   = ["batch:SubmitJob", "batch:TagResource"]
    resources = [var.queue_arn, var.definition_arn_prefix, "${var.definition_arn_prefix}:*", local.batch_jobs]
  }

  statement {
    sid       = "StopTraining"
    actions   = ["batch:TerminateJob"]
    resources = [local.batch_jobs]
  }

  statement {
    sid       = "LookAtTraining"
    actions   = ["batch:DescribeJobs", "batch:ListJobs"]
    resources = ["*"] # Batch has no resources for reading
  }

  statement {
    sid       = "Tell"
    actions   = ["events:PutEvents"]
    resources = [var.event_bus_arn]
  }
}

resource "aws_iam_role" "sweep" {
  name               = "${var.name}-sweep"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "sweep" {
  name   = "sweep"
  role   = aws_iam_role.sweep.id
  policy = data.aws_iam_policy_document.sweep.json
}

data "aws_iam_policy_document" "schedule_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

data "aws_iam_policy_document" "schedule" {
  statement {
    sid       = "Sweep"
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.this["sweep"].arn]
  }
}

resource "aws_iam_role" "schedule" {
  name               = "${var.name}-schedule"
  assume_role_policy = data.aws_iam_policy_document.schedule_assume.json
}

resource "aws_iam_role_policy" "schedule" {
  name   = "invoke"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}
