# Made of docs/permissions/*.json by tests/tooling/role_templates.py; change those.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "controller_arn" {
  description = "ARN of the principal that runs Ansible and may assume the roles."
  type        = string
  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", var.controller_arn))
    error_message = "The variable controller_arn must match arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+."
  }
}

variable "external_id" {
  description = "External id that must be given to assume the roles."
  type        = string
  validation {
    condition     = length(var.external_id) <= 1224 && can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", var.external_id))
    error_message = "The variable external_id must match [A-Za-z0-9_+=,.@:/-]{2,}, with at most 1224 characters."
  }
}

variable "bucket_name" {
  description = "Bucket that the lists are published in."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "The variable bucket_name must match [a-z0-9][a-z0-9.-]{1,61}[a-z0-9]."
  }
}

variable "bucket_account_id" {
  description = "Account that owns the bucket and its key."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}$", var.bucket_account_id))
    error_message = "The variable bucket_account_id must match [0-9]{12}."
  }
}

variable "converger_name" {
  description = "Name of the role that brings lists to their declared state."
  type        = string
  default     = "threatlists"
  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", var.converger_name))
    error_message = "The variable converger_name must match [A-Za-z0-9_+=,.@-]{1,64}."
  }
}

variable "verifier_name" {
  description = "Name of the role that only reads."
  type        = string
  default     = "threatlists-verifier"
  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", var.verifier_name))
    error_message = "The variable verifier_name must match [A-Za-z0-9_+=,.@-]{1,64}."
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_iam_role" "converger" {
  name               = var.converger_name
  assume_role_policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Controller",
          "Effect": "Allow",
          "Principal": {
            "AWS": "${var.controller_arn}"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": "${var.external_id}"
            }
          }
        }
      ]
    }
  JSON
}

resource "aws_iam_role_policy" "converger_ip_lists" {
  name   = "converger-ip-lists"
  role   = aws_iam_role.converger.id
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Account",
          "Effect": "Allow",
          "Action": [
            "guardduty:ListDetectors",
            "account:ListRegions",
            "guardduty:GetAdministratorAccount",
            "guardduty:ListThreatIntelSets",
            "guardduty:CreateThreatIntelSet",
            "guardduty:ListIPSets",
            "guardduty:CreateIPSet"
          ],
          "Resource": "*"
        },
        {
          "Sid": "Lists",
          "Effect": "Allow",
          "Action": [
            "guardduty:GetDetector",
            "guardduty:GetThreatIntelSet",
            "guardduty:UpdateThreatIntelSet",
            "guardduty:DeleteThreatIntelSet",
            "guardduty:GetIPSet",
            "guardduty:UpdateIPSet",
            "guardduty:DeleteIPSet",
            "guardduty:TagResource",
            "guardduty:UntagResource"
          ],
          "Resource": "arn:${data.aws_partition.current.partition}:guardduty:*:${data.aws_caller_identity.current.account_id}:detector/*"
        },
        {
          "Sid": "LetGuardDutyReadTheObject",
          "Effect": "Allow",
          "Action": [
            "iam:PutRolePolicy",
            "iam:DeleteRolePolicy"
          ],
          "Resource": "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
        }
      ]
    }
  JSON
}

resource "aws_iam_role_policy" "converger_entity_lists" {
  name   = "converger-entity-lists"
  role   = aws_iam_role.converger.id
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Account",
          "Effect": "Allow",
          "Action": [
            "guardduty:ListDetectors",
            "account:ListRegions",
            "guardduty:GetAdministratorAccount",
            "guardduty:ListThreatEntitySets",
            "guardduty:GetThreatEntitySet",
            "guardduty:CreateThreatEntitySet",
            "guardduty:UpdateThreatEntitySet",
            "guardduty:DeleteThreatEntitySet",
            "guardduty:ListTrustedEntitySets",
            "guardduty:GetTrustedEntitySet",
            "guardduty:CreateTrustedEntitySet",
            "guardduty:UpdateTrustedEntitySet",
            "guardduty:DeleteTrustedEntitySet"
          ],
          "Resource": "*"
        },
        {
          "Sid": "Lists",
          "Effect": "Allow",
          "Action": [
            "guardduty:GetDetector",
            "guardduty:TagResource",
            "guardduty:UntagResource"
          ],
          "Resource": "arn:${data.aws_partition.current.partition}:guardduty:*:${data.aws_caller_identity.current.account_id}:detector/*"
        },
        {
          "Sid": "ReadTheObject",
          "Effect": "Allow",
          "Action": [
            "s3:GetObject"
          ],
          "Resource": "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}/*"
        },
        {
          "Sid": "DecryptObjects",
          "Effect": "Allow",
          "Action": [
            "kms:Decrypt"
          ],
          "Resource": "arn:${data.aws_partition.current.partition}:kms:*:${var.bucket_account_id}:key/*",
          "Condition": {
            "StringLike": {
              "kms:ViaService": "s3.*"
            }
          }
        }
      ]
    }
  JSON
}

output "converger_arn" {
  value = aws_iam_role.converger.arn
}

resource "aws_iam_role" "verifier" {
  name               = var.verifier_name
  assume_role_policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Controller",
          "Effect": "Allow",
          "Principal": {
            "AWS": "${var.controller_arn}"
          },
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": "${var.external_id}"
            }
          }
        }
      ]
    }
  JSON
}

resource "aws_iam_role_policy" "verifier" {
  name   = "verifier"
  role   = aws_iam_role.verifier.id
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Account",
          "Effect": "Allow",
          "Action": [
            "guardduty:ListDetectors",
            "account:ListRegions",
            "guardduty:GetAdministratorAccount",
            "guardduty:ListThreatIntelSets",
            "guardduty:ListIPSets",
            "guardduty:ListThreatEntitySets",
            "guardduty:GetThreatEntitySet",
            "guardduty:ListTrustedEntitySets",
            "guardduty:GetTrustedEntitySet"
          ],
          "Resource": "*"
        },
        {
          "Sid": "ReadLists",
          "Effect": "Allow",
          "Action": [
            "guardduty:GetDetector",
            "guardduty:GetThreatIntelSet",
            "guardduty:GetIPSet"
          ],
          "Resource": "arn:${data.aws_partition.current.partition}:guardduty:*:${data.aws_caller_identity.current.account_id}:detector/*"
        }
      ]
    }
  JSON
}

output "verifier_arn" {
  value = aws_iam_role.verifier.arn
}
