# What happens by itself: a file that has arrived is read, a job whose container died is ended.

resource "aws_lambda_permission" "bucket" {
  statement_id   = "Uploads"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this["analyse"].function_name
  principal      = "s3.amazonaws.com"
  source_arn     = var.bucket_arn
  source_account = var.account_id
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket = var.bucket

  lambda_function {
    lambda_function_arn = aws_lambda_function.this["analyse"].arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "datasets/"
    filter_suffix       = "/raw"
  }

  depends_on = [aws_lambda_permission.bucket]
}

resource "aws_cloudwatch_event_rule" "sweep" {
  for_each = {
    failed = {
      schedule = null
      pattern = jsonencode({
        source      = ["aws.batch"]
        detail-type = ["Batch Job State Change"]
        detail      = { status = ["FAILED"], jobQueue = [var.queue_arn] }
      })
      why = "A training container ended without success."
    }
    silent = {
      schedule = "rate(5 minutes)"
      pattern  = null
      why      = "Jobs that do not report any more, files whose reading died."
    }
  }

  name                = "${var.name}-${each.key}"
  description         = each.value.why
  event_pattern       = each.value.pattern
  schedule_expression = each.value.schedule
}

resource "aws_cloudwatch_event_target" "sweep" {
  for_each = aws_cloudwatch_event_rule.sweep
  rule     = each.value.name
  arn      = aws_lambda_function.this["sweep"].arn
}

resource "aws_lambda_permission" "rule" {
  for_each      = aws_cloudwatch_event_rule.sweep
  statement_id  = "Rule-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this["sweep"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = each.value.arn
}
