# The web app: rendered by Amplify from the repository, or the static build behind CloudFront.

locals {
  amplify = var.hosting == "amplify" ? 1 : 0
  static  = var.hosting == "static" ? 1 : 0
}

resource "aws_amplify_app" "this" {
  count        = local.amplify
  name         = var.name
  repository   = var.repository
  access_token = var.access_token
  platform     = "WEB_COMPUTE"

  environment_variables = {
    AMPLIFY_MONOREPO_APP_ROOT = "frontend"
    AMPLIFY_DIFF_DEPLOY       = "false"
    NEXT_PUBLIC_API_URL       = var.api_url
  }

  build_spec = yamlencode({
    version = 1
    applications = [{
      appRoot = "frontend"
      frontend = {
        phases = {
          preBuild = { commands = ["corepack enable", "pnpm install --frozen-lockfile"] }
          build    = { commands = ["pnpm build"] }
        }
        artifacts = { baseDirectory = ".next", files = ["**/*"] }
        cache     = { paths = [".next/cache/**/*", "node_modules/**/*"] }
      }
    }]
  })

  lifecycle {
    precondition {
      condition     = var.repository != ""
      error_message = "Amplify builds from a repository: set web_repository, or web_hosting = \"static\"."
    }
  }
}

resource "aws_amplify_branch" "this" {
  count       = local.amplify
  app_id      = aws_amplify_app.this[0].id
  branch_name = var.branch
  framework   = "Next.js - SSR"
}

resource "aws_s3_bucket" "web" {
  count         = local.static
  bucket_prefix = "${var.name}-web-"
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "web" {
  count                   = local.static
  bucket                  = aws_s3_bucket.web[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_cloudfront_origin_access_control" "web" {
  count                             = local.static
  name                              = "${var.name}-web"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# One site for pages and API: /api/* goes to the API's stage of that name, everything else to the bucket.
resource "aws_cloudfront_distribution" "web" {
  count               = local.static
  enabled             = true
  comment             = var.name
  default_root_object = "index.html"
  price_class         = "PriceClass_100"
  http_version        = "http2and3"

  origin {
    origin_id                = "web"
    domain_name              = aws_s3_bucket.web[0].bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.web[0].id
  }

  origin {
    origin_id   = "api"
    domain_name = var.api_domain

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id           = "web"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6" # AWS: CachingOptimized
    response_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03" # AWS: SecurityHeadersPolicy

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.pages[0].arn
    }
  }

  ordered_cache_behavior {
    path_pattern             = "/api/*"
    target_origin_id         = "api"
    viewer_protocol_policy   = "https-only"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # AWS: CachingDisabled
    origin_request_policy_id = "b689b0a8-53d0-40ab-baf2-68738e2966ac" # AWS: AllViewerExceptHostHeader
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

# The static build has one file a page: /datasets is datasets.html.
resource "aws_cloudfront_function" "pages" {
  count   = local.static
  name    = "${var.name}-pages"
  runtime = "cloudfront-js-2.0"
  comment = "From a page's path to its file"
  publish = true
  code    = file("${path.module}/pages.js")
}

data "aws_iam_policy_document" "web" {
  count = local.static

  statement {
    sid       = "CloudFront"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.web[0].arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.web[0].arn]
    }
  }
}

resource "aws_s3_bucket_policy" "web" {
  count  = local.static
  bucket = aws_s3_bucket.web[0].id
  policy = data.aws_iam_policy_document.web[0].json
}
