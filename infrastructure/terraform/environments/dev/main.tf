# For development and trials.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }

  # State lives here until a backend is named; docs/aws/QUICKSTART.md shows how to keep it in S3, with locking:
  #   cp backend.tf.example backend.tf && terraform init -migrate-state
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { project = "automl-lite", environment = "dev" }
  }

  # An emulator has no accounts to ask about and no host names of buckets.
  skip_credentials_validation = var.emulator != null
  skip_metadata_api_check     = var.emulator != null
  s3_use_path_style           = var.emulator != null

  dynamic "endpoints" {
    for_each = var.emulator == null ? [] : [var.emulator]

    content {
      acm            = endpoints.value.url
      amplify        = endpoints.value.url
      apigatewayv2   = endpoints.value.url
      batch          = coalesce(endpoints.value.batch_url, endpoints.value.url)
      budgets        = endpoints.value.url
      cloudfront     = endpoints.value.url
      cloudwatch     = endpoints.value.url
      cloudwatchlogs = endpoints.value.url
      dynamodb       = endpoints.value.url
      ec2            = endpoints.value.url
      ecr            = endpoints.value.url
      events         = endpoints.value.url
      iam            = endpoints.value.url
      lambda         = endpoints.value.url
      route53        = endpoints.value.url
      s3             = endpoints.value.url
      scheduler      = endpoints.value.url
      sns            = endpoints.value.url
      sqs            = endpoints.value.url
      ssm            = endpoints.value.url
      sts            = endpoints.value.url
    }
  }
}

module "stack" {
  source = "../../modules/stack"

  environment             = "dev"
  region                  = var.region
  lambda_zip              = var.lambda_zip
  reader_zip              = var.reader_zip
  lambda_runtime          = var.lambda_runtime
  lambda_architecture     = var.lambda_architecture
  api_memory_mb           = var.api_memory_mb
  provisioned_concurrency = var.provisioned_concurrency
  inline_analysis_bytes   = var.inline_analysis_bytes
  batch_retention_days    = var.batch_retention_days
  webhook_hosts           = var.webhook_hosts
  worker_image            = var.worker_image
  worker_architecture     = var.worker_architecture
  max_vcpus               = var.max_vcpus
  create_vpc              = var.create_vpc
  auth                    = var.auth
  jwt_issuer              = var.jwt_issuer
  jwt_audience            = var.jwt_audience
  throttle_rate           = var.throttle_rate
  throttle_burst          = var.throttle_burst
  web_hosting             = var.web_hosting
  web_repository          = var.web_repository
  web_branch              = var.web_branch
  web_access_token        = var.web_access_token
  web_origins             = var.web_origins
  domain_name             = var.domain_name
  zone_id                 = var.zone_id
  log_days                = var.log_days
  noncurrent_days         = var.noncurrent_days
  alarm_email             = var.alarm_email
  monthly_budget          = var.monthly_budget
  budget                  = var.budget
  dashboard               = var.dashboard
  tracing                 = var.tracing
  force_destroy           = var.force_destroy

  emulator_environment = var.emulator == null ? {} : {
    AWS_ENDPOINT_URL       = var.emulator.url
    AWS_ENDPOINT_URL_BATCH = coalesce(var.emulator.batch_url, var.emulator.url)
  }
}
