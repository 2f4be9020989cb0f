/* submission.h -- a body of CreateJob that is accepted, in parts, for the tests
 * of wire/submission. */

#pragma once

#define TOKEN "<ClientRequestToken>t-1</ClientRequestToken>"
#define CONFIRMATION "<ConfirmationRequired>true</ConfirmationRequired>"
#define DESCRIPTION "<Description>d</Description>"
#define LOCATION                                                               \
    "<Location><ETag>\"e\"</ETag><ObjectArn>qcs::cos:r::b/k</ObjectArn>"       \
    "<ObjectVersionId>v</ObjectVersionId></Location>"
#define SPEC                                                                   \
    "<Spec><Fields><member>Bucket</member><member>Key</member></Fields>"       \
    "<Format>COSBatchOperations_CSV_V1</Format></Spec>"
#define MANIFEST "<Manifest>" LOCATION SPEC "</Manifest>"
#define GRANTS                                                                 \
    "<AccessControlGrants><COSGrant><Grantee><DisplayName>n</DisplayName>"     \
    "<Identifier>qcs::cam::uin/1:uin/2</Identifier><TypeIdentifier>ID"         \
    "</TypeIdentifier></Grantee><Permission>READ</Permission></COSGrant>"      \
    "</AccessControlGrants>"
#define METADATA                                                               \
    "<NewObjectMetadata><ContentType>text/plain</ContentType><SSEAlgorithm>"   \
    "AES256</SSEAlgorithm><UserMetadata><member><Key>k</Key><Value>v</Value>"  \
    "</member></UserMetadata></NewObjectMetadata>"
#define TAGGING                                                                \
    "<TaggingDirective>Replaced</TaggingDirective><NewObjectTagging><COSTag>"  \
    "<Key>tk</Key><Value>tv</Value></COSTag></NewObjectTagging>"
#define COPY                                                                   \
    "<COSPutObjectCopy><AccessControlDirective>Copy</"                         \
    "AccessControlDirective>" GRANTS                                           \
    "<PrefixReplace>true</PrefixReplace><ResourcesPrefix>rp"                   \
    "</ResourcesPrefix><TargetKeyPrefix>tp</TargetKeyPrefix>"                  \
    "<CannedAccessControlList>private</CannedAccessControlList>"               \
    "<MetadataDirective>Copy</MetadataDirective><ModifiedSinceConstraint>"     \
    "2019-12-19T18:00:30Z</ModifiedSinceConstraint>" METADATA TAGGING          \
    "<StorageClass>STANDARD</StorageClass><TargetResource>qcs::cos:r::b"       \
    "</TargetResource></COSPutObjectCopy>"
#define OPERATION "<Operation>" COPY "</Operation>"
#define PRIORITY "<Priority>7</Priority>"
#define REPORT                                                                 \
    "<Report><Bucket>qcs::cos:r::b</Bucket><Enabled>true</Enabled>"            \
    "<Format>Report_CSV_V1</Format><Prefix>p</Prefix>"                         \
    "<ReportScope>AllTasks</ReportScope></Report>"
#define ROLE "<RoleArn>qcs::cam::uin/1:roleName/r</RoleArn>"
#define SUBMISSION                                                             \
    "<CreateJobRequest>" TOKEN CONFIRMATION DESCRIPTION MANIFEST OPERATION     \
        PRIORITY REPORT ROLE "</CreateJobRequest>"

#define RESTORE                                                                \
    "<COSInitiateRestoreObject><ExpirationInDays>3</ExpirationInDays>"         \
    "<JobTier>Bulk</JobTier></COSInitiateRestoreObject>"
#define TAG                                                                    \
    "<COSPutObjectTagging><TaggingDirective>Add</TaggingDirective><TagSet>"    \
    "<COSTag><Key>k</Key><Value/></COSTag></TagSet></COSPutObjectTagging>"
