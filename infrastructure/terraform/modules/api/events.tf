# What happens by itself: a file that has arrived is read, work whose container died is ended, what is due begins.

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

resource "aws_cloudwatch_event_rule" "failed" {
  name        = "${var.name}-failed"
  description = "A container ended without success."

  event_pattern = jsonencode({
    source      = ["aws.batch"]
    detail-type = ["Batch Job State Change"]
    detail      = { status = ["FAILED"], jobQueue = [var.queue_arn] }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  rule = aws_cloudwatch_event_rule.failed.name
  arn  = aws_lambda_function.this["sweep"].arn
}

resource "aws_lambda_permission" "failed" {
  statement_id  = "Failed"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this["sweep"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.failed.arn
}

# Work that does not report any more, files whose reading died, batches whose time is over, models that are to be
# trained again: cron expressions of users are kept in the table of monitors and looked at here.
resource "aws_scheduler_schedule" "due" {
  name                = "${var.name}-due"
  description         = "Ends what died and begins what is due."
  schedule_expression = "rate(5 minutes)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.this["sweep"].arn
    role_arn = aws_iam_role.schedule.arn
    input    = jsonencode({ due = true })
  }
}
