# The API and its helpers, all from one zip: api (API Gateway), analyse (files), score (answers for small files) and
# sweep (dead jobs, what is due).

locals {
  functions = {
    api     = { module = "server", memory_mb = var.api_memory_mb, timeout_s = 29, disk_mb = 1024, role = aws_iam_role.api.arn }
    analyse = { module = "server", memory_mb = 3008, timeout_s = 900, disk_mb = 8192, role = aws_iam_role.analyse.arn }
    score   = { module = "worker", memory_mb = 3008, timeout_s = 900, disk_mb = 2048, role = aws_iam_role.score.arn }
    # Before a scheduled training it looks at the target, as the API does before others.
    sweep = { module = "server", memory_mb = 2048, timeout_s = 300, disk_mb = 8192, role = aws_iam_role.sweep.arn }
  }

  environment = merge(var.environment, {
    AUTOML_LITE_DATA_DIR              = "/tmp/automl-lite"
    AUTOML_LITE_SERVE_JOBS            = "false"
    AUTOML_LITE_JOB_ATTEMPTS          = "1" # Batch starts containers again that were reclaimed
    AUTOML_LITE_STREAMING             = "false"
    AUTOML_LITE_HEARTBEAT_SECONDS     = "10"
    AUTOML_LITE_CONFIRM_WAIT_SECONDS  = "20"
    AUTOML_LITE_ANALYSIS_SECONDS      = "840"
    AUTOML_LITE_MODEL_CACHE_BYTES     = tostring(var.api_memory_mb * 512 * 1024)
    AUTOML_LITE_MAX_BODY_BYTES        = tostring(6 * 1024 * 1024)
    AUTOML_LITE_CORS_ORIGINS          = join(",", var.web_origins)
    AUTOML_LITE_AUTH_URL              = var.auth == "none" ? "none://" : "gateway://"
    AUTOML_LITE_RUNNER_URL            = "batch://${var.queue_name}/${var.definition_name}"
    AUTOML_LITE_INLINE_ANALYSIS_BYTES = tostring(var.inline_analysis_bytes)
    AUTOML_LITE_BATCH_RETENTION_DAYS  = tostring(var.batch_retention_days)
  })
}

resource "aws_cloudwatch_log_group" "function" {
  for_each          = local.functions
  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_days
}

# Events that a function could not deal with after two more tries wait here for a look.
resource "aws_sqs_queue" "failed_events" {
  name                      = "${var.name}-failed-events"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_lambda_layer_version" "reader" {
  layer_name               = "${var.name}-reader"
  filename                 = var.reader_zip
  source_code_hash         = filebase64sha256(var.reader_zip)
  compatible_runtimes      = [var.runtime]
  compatible_architectures = [var.architecture]
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name    = "${var.name}-${each.key}"
  role             = each.value.role
  runtime          = var.runtime
  architectures    = [var.architecture]
  handler          = "automl_lite.${each.value.module}.aws_lambda.${each.key}"
  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  memory_size      = each.value.memory_mb
  timeout          = each.value.timeout_s
  publish          = true
  layers           = [aws_lambda_layer_version.reader.arn]

  ephemeral_storage {
    size = each.value.disk_mb
  }

  environment {
    variables = merge(local.environment, each.key == "api" ? {
      AUTOML_LITE_ANALYSIS_FUNCTION = "${var.name}-analyse"
      AUTOML_LITE_BATCH_FUNCTION    = "${var.name}-score"
    } : {})
  }

  dynamic "dead_letter_config" {
    for_each = each.key == "api" ? [] : [1]

    content {
      target_arn = aws_sqs_queue.failed_events.arn
    }
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  logging_config {
    log_format = "Text" # the application writes JSON itself
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  # A role that may not write its log yet would lose the first lines.
  depends_on = [aws_iam_role_policy.api, aws_iam_role_policy.analyse, aws_iam_role_policy.score, aws_iam_role_policy.sweep]
}

resource "aws_lambda_alias" "api" {
  name             = "live"
  function_name    = aws_lambda_function.this["api"].function_name
  function_version = aws_lambda_function.this["api"].version
}

resource "aws_lambda_provisioned_concurrency_config" "api" {
  count                             = var.provisioned_concurrency > 0 ? 1 : 0
  function_name                     = aws_lambda_alias.api.function_name
  qualifier                         = aws_lambda_alias.api.name
  provisioned_concurrent_executions = var.provisioned_concurrency
}
