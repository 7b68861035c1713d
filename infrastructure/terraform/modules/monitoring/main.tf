# Alarms for what people should look at, a dashboard for those who want to, and a budget.

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_topic_subscription" "email" {
  count     = var.alarm_email == "" ? 0 : 1
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  alarms = merge(
    {
      api-5xx = {
        why        = "The API answered with errors of its own."
        namespace  = "AWS/ApiGateway"
        metric     = "5xx"
        threshold  = 5
        dimensions = { ApiId = var.api_id, Stage = var.stage }
      }
      events-lost = {
        why        = "Events that no function could deal with wait in the queue; a job or a file may be stuck."
        namespace  = "AWS/SQS"
        metric     = "ApproximateNumberOfMessagesVisible"
        threshold  = 1
        dimensions = { QueueName = var.failed_events_queue }
      }
      trainings-failed = {
        why        = "Training containers end without success."
        namespace  = "AWS/Events"
        metric     = "MatchedEvents"
        threshold  = 3
        dimensions = { RuleName = var.failed_rule }
      }
    },
    {
      for name in var.function_names : "${name}-errors" => {
        why        = "The function ends with errors."
        namespace  = "AWS/Lambda"
        metric     = "Errors"
        threshold  = 3
        dimensions = { FunctionName = name }
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${trimprefix(each.key, "${var.name}-")}"
  alarm_description   = each.value.why
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_dashboard" "this" {
  count          = var.dashboard ? 1 : 0
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = [for position, chart in [
      { title = "Requests", metrics = [["AWS/ApiGateway", "Count", "ApiId", var.api_id], [".", "4xx", ".", "."], [".", "5xx", ".", "."]], stat = "Sum" },
      { title = "Latency (ms)", metrics = [["AWS/ApiGateway", "Latency", "ApiId", var.api_id]], stat = "p95" },
      { title = "Function errors", metrics = [for name in var.function_names : ["AWS/Lambda", "Errors", "FunctionName", name]], stat = "Sum" },
      { title = "Function duration (ms)", metrics = [for name in var.function_names : ["AWS/Lambda", "Duration", "FunctionName", name]], stat = "p95" },
      { title = "Trainings that failed", metrics = [["AWS/Events", "MatchedEvents", "RuleName", var.failed_rule]], stat = "Sum" },
      ] : {
      type   = "metric"
      x      = (position % 2) * 12
      y      = floor(position / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = chart.title
        metrics = chart.metrics
        stat    = chart.stat
        period  = 300
        region  = var.region
      }
    }]
  })
}

resource "aws_budgets_budget" "monthly" {
  count        = var.budget ? 1 : 0
  name         = var.name
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_budget)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = var.alarm_email == "" ? [] : [80, 100]

    content {
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      notification_type          = "ACTUAL"
      subscriber_email_addresses = [var.alarm_email]
    }
  }
}
