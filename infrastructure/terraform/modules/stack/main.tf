# The whole platform in one account and region. Environments differ in variables only.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  name          = "${var.project}-${var.environment}"
  account_id    = data.aws_caller_identity.current.account_id
  partition     = data.aws_partition.current.partition
  event_bus_arn = "arn:${local.partition}:events:${var.region}:${local.account_id}:event-bus/default"
  origins       = distinct(concat(var.web_origins, module.web.url == "" ? [] : [module.web.url]))

  environment = merge({
    AUTOML_LITE_STORE_URL  = "dynamodb://${local.name}"
    AUTOML_LITE_BLOBS_URL  = "s3://${module.storage.bucket}"
    AUTOML_LITE_NOTIFY_URL = "eventbridge://default"
    AUTOML_LITE_LOG_FORMAT = "json"
    # Functions and containers alike send alerts.
    AUTOML_LITE_WEBHOOK_HOSTS = join(",", var.webhook_hosts)
  }, var.emulator_environment)
}

module "storage" {
  source = "../storage"

  bucket_name     = "${local.name}-${local.account_id}-${var.region}"
  table_prefix    = local.name
  noncurrent_days = var.noncurrent_days
  force_destroy   = var.force_destroy
}

# Here and not with the bucket: the web app's address is known last. Only pages of these sites may use upload links.
resource "aws_s3_bucket_cors_configuration" "data" {
  count  = length(local.web_known) > 0 ? 1 : 0
  bucket = module.storage.bucket

  cors_rule {
    allowed_methods = ["GET", "PUT"]
    allowed_origins = local.origins
    allowed_headers = ["content-type", "content-length"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3600
  }
}

locals {
  # What decides whether there is a site at all must be known before anything is made.
  web_known = concat(var.web_origins, var.web_hosting == "none" ? [] : [var.web_hosting])
}

module "network" {
  source = "../network"

  name   = local.name
  region = var.region
  create = var.create_vpc
}

module "training" {
  source = "../training"

  name              = local.name
  region            = var.region
  image             = var.worker_image != "" ? var.worker_image : "${local.account_id}.dkr.ecr.${var.region}.amazonaws.com/${local.name}-worker:none-yet"
  cpu_architecture  = var.worker_architecture
  max_vcpus         = var.max_vcpus
  attempt_seconds   = 7200
  environment       = merge(local.environment, { AUTOML_LITE_DATA_DIR = "/tmp/automl-lite", AWS_REGION = var.region })
  subnet_ids        = module.network.subnet_ids
  security_group_id = module.network.security_group_id
  bucket_arn        = module.storage.bucket_arn
  table_arns        = module.storage.table_arns
  event_bus_arn     = local.event_bus_arn
  log_days          = var.log_days
  force_destroy     = var.force_destroy
}

module "api" {
  source = "../api"

  name                    = local.name
  region                  = var.region
  account_id              = local.account_id
  partition               = local.partition
  zip                     = var.lambda_zip
  reader_zip              = var.reader_zip
  runtime                 = var.lambda_runtime
  architecture            = var.lambda_architecture
  api_memory_mb           = var.api_memory_mb
  provisioned_concurrency = var.provisioned_concurrency
  inline_analysis_bytes   = var.inline_analysis_bytes
  batch_retention_days    = var.batch_retention_days
  environment             = local.environment
  queue_arn               = module.training.queue_arn
  queue_name              = module.training.queue_name
  definition_name         = module.training.definition_name
  definition_arn_prefix   = module.training.definition_arn_prefix
  bucket                  = module.storage.bucket
  bucket_arn              = module.storage.bucket_arn
  table_arns              = module.storage.table_arns
  event_bus_arn           = local.event_bus_arn
  stage                   = "api"
  auth                    = var.auth
  jwt_issuer              = var.jwt_issuer
  jwt_audience            = var.jwt_audience
  throttle_rate           = var.throttle_rate
  throttle_burst          = var.throttle_burst
  web_origins             = var.web_origins
  domain_name             = var.domain_name
  zone_id                 = var.zone_id
  tracing                 = var.tracing
  log_days                = var.log_days
}

module "web" {
  source = "../web"

  name          = local.name
  hosting       = var.web_hosting
  repository    = var.web_repository
  branch        = var.web_branch
  access_token  = var.web_access_token
  api_url       = module.api.url
  api_domain    = module.api.domain
  force_destroy = var.force_destroy
}

module "monitoring" {
  source = "../monitoring"

  name                = local.name
  region              = var.region
  api_id              = module.api.api_id
  stage               = "api"
  function_names      = module.api.function_names
  failed_events_queue = module.api.failed_events_queue
  failed_rule         = module.api.failed_rule
  alarm_email         = var.alarm_email
  monthly_budget      = var.monthly_budget
  budget              = var.budget
  dashboard           = var.dashboard
}

# What deployments and people look up by name.
resource "aws_ssm_parameter" "this" {
  for_each = {
    api-url        = module.api.url
    web-url        = module.web.url == "" ? "none" : module.web.url
    data-bucket    = module.storage.bucket
    training-queue = module.training.queue_name
    repository     = module.training.repository_url
  }

  name  = "/${var.project}/${var.environment}/${each.key}"
  type  = "String"
  value = each.value
}

# Open to everybody is for trials: whoever has the address could read all data and train at the owner's cost.
resource "terraform_data" "guard" {
  lifecycle {
    precondition {
      condition     = var.environment != "prod" || var.auth != "none"
      error_message = "prod is open to nobody by default: set auth to \"iam\" or \"jwt\"."
    }

    precondition {
      condition     = var.auth != "jwt" || (var.jwt_issuer != "" && length(var.jwt_audience) > 0)
      error_message = "auth = \"jwt\" needs jwt_issuer and jwt_audience."
    }

    precondition {
      condition     = (var.domain_name == "") == (var.zone_id == "")
      error_message = "domain_name and zone_id go together."
    }
  }
}
