"""One row for each refusal that Dotdigital documents: its word, our code, and a sentence (dotdigital-api §4).

The 95 words of v2 are followed by one that is seen although the list lacks it, and by the codes of v3.
"""

from __future__ import annotations

from collections.abc import Mapping

from dotbridge.dotdigital import codes
from dotbridge.errors import Code

Refusals = Mapping[str, tuple[Code, str]]

_V2_CREDENTIALS_AND_ACCOUNT: Refusals = {
    "ERROR_ACCOUNT_INVALID": (codes.ACCOUNT_STATE, "The account is not valid."),
    "ERROR_APIUSAGE_EXCEEDED": (codes.API_USAGE, "The flat limit of calls in a rolling hour is reached."),
    "ERROR_APIUSER_INVALID": (codes.CREDENTIALS, "The API user is not valid."),
    "ERROR_CANNOT_PERFORM_OPERATION_ON_ACCOUNT": (codes.ACCOUNT_STATE, "The account does not allow this operation."),
    "ERROR_FEATURENOTACTIVE": (codes.FEATURE_MISSING, "The module behind this call is not active."),
    "ERROR_INVALID_APIUSEREXISTS": (codes.CREDENTIALS, "An API user of that name exists."),
    "ERROR_INVALID_LOGIN": (codes.CREDENTIALS, "User name or password is wrong."),
    "ERROR_MANAGED_USER_INVALID": (codes.NOT_OURS, "The managed user is not valid."),
    "ERROR_MISSING_SETUPKEYVALUES": (codes.NOT_OURS, "The account set-up lacks values."),
    "ERROR_OAUTH_TOKEN_INVALID": (codes.NOT_OURS, "The OAuth token is not valid."),
    "ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE": (codes.UNAVAILABLE, "The service is unavailable for the moment."),
    "ERROR_THEME_INVALID": (codes.NOT_OURS, "The theme is not valid."),
    "ERROR_UNKNOWN": (codes.UNAVAILABLE, "Something failed inside Dotdigital."),
    "ERROR_UNKNOWN_ACCOUNT": (codes.ACCOUNT_STATE, "The account is unknown."),
    "ERROR_USERACCOUNT_UNKNOWN": (codes.ACCOUNT_STATE, "The user's account is unknown."),
    "ERROR_WEAK_PASSWORD": (codes.CREDENTIALS, "The password is too weak."),
}

_V2_REQUEST: Refusals = {
    "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE": (codes.BAD_CONTENT, "The body is not what its content type says."),
    "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED": (codes.UNEXPECTED, "The content type is not supported."),
    "ERROR_MALFORMED_REQUEST": (codes.BAD_CONTENT, "The request is malformed."),
    "ERROR_PARAMETER_INVALID": (codes.BAD_CONTENT, "A value is not valid; often an e-mail address."),
}

_V2_LISTS: Refusals = {
    "ERROR_ADDRESSBOOK_DUPLICATE": (codes.LIST_DUPLICATE, "Lists and segments share one space of names."),
    "ERROR_ADDRESSBOOK_INVALID": (codes.SETUP, "The list is not valid."),
    "ERROR_ADDRESSBOOK_IN_USE": (codes.UNAVAILABLE, "The list is busy."),
    "ERROR_ADDRESSBOOK_LIMITEXCEEDED": (codes.LIST_LIMIT, "The quota of lists is used up."),
    "ERROR_ADDRESSBOOK_NOTWRITABLE": (codes.LIST_NOT_WRITABLE, "System lists such as Test take no contacts."),
    "ERROR_ADDRESSBOOK_NOT_FOUND": (codes.LIST_NOT_FOUND, "The list id is unknown."),
    "ERROR_ADDRESSBOOK_TOOMANY": (codes.SETUP, "One enrolment takes at most ten lists."),
    "ERROR_SEGMENT_NOT_FOUND": (codes.SETUP, "The segment is unknown."),
}

_V2_CONTACTS: Refusals = {
    "ERROR_CONTACTS_ARE_NOT_SPECIFIED": (codes.CONTACT_INVALID, "No contact was named."),
    "ERROR_CONTACT_INVALID": (codes.CONTACT_INVALID, "The contact is not valid."),
    "ERROR_CONTACT_NOT_FOUND": (codes.CONTACT_NOT_FOUND, "At least one of the contacts is unknown."),
    "ERROR_CONTACT_RESUBSCRIPTION_INVALID": (codes.CONTACT_INVALID, "The resubscription is not valid."),
    "ERROR_CONTACT_SUPPRESSED": (codes.CONTACT_SUPPRESSED, "The suppression holds for the whole account."),
    "ERROR_CONTACT_SUPPRESSEDFORADDRESSBOOK": (codes.CONTACT_SUPPRESSED, "The person left this one list."),
    "ERROR_CONTACT_TOOMANY": (codes.CONTACT_LIMIT, "The quota of contacts is used up."),
    "ERROR_EMAIL_BANNED": (codes.EMAIL_BANNED, "The address is banned."),
    "ERROR_INVALID_EMAIL": (codes.EMAIL_INVALID, "The address is not valid."),
    "ERROR_NON_UNIQUE_EMAIL": (codes.IDENTIFIER_TAKEN, "The address belongs to another contact."),
    "ERROR_PREFERENCE_INVALID": (codes.SETUP, "The preference is not valid."),
    "ERROR_PREFERENCE_NOT_FOUND": (codes.SETUP, "The preference is unknown."),
}

_V2_DATA_FIELDS: Refusals = {
    "ERROR_DATAFIELD_INVALID": (codes.FIELD_INVALID, "Name, type or default value is not valid."),
    "ERROR_DATAFIELD_LIMITEXCEEDED": (codes.FIELD_LIMIT, "The quota of data fields is used up."),
    "ERROR_DATAFIELD_NOTFOUND": (codes.FIELD_MISSING, "A contact names a data field that the account lacks."),
    "ERROR_DATAFIELD_VALUE_OVERFLOW": (codes.VALUE_TOO_LONG, "Text takes 1,000 characters, a number 27 digits."),
    "ERROR_NON_UNIQUE_DATAFIELD": (codes.FIELD_EXISTS, "Fields are told apart by name alone."),
}

_V2_IMPORTS_AND_INSIGHT: Refusals = {
    "ERROR_IMPORT_NOT_FOUND": (codes.IMPORT_NOT_FOUND, "The import id is unknown."),
    "ERROR_IMPORT_REPORT_NOT_FOUND": (codes.NOT_READY, "The import is not processed yet or ended with an error."),
    "ERROR_IMPORT_TOOMANYACTIVEIMPORTS": (codes.TOO_MANY_IMPORTS, "At most 25 imports run at once."),
    "ERROR_IMPORT_UNSUPPORTED_FORMAT": (codes.FILE_INVALID, "The file is neither CSV nor Excel."),
    "ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED": (codes.FILE_INVALID, "One upload takes one file."),
    "ERROR_NO_EMAIL_COLUMN": (codes.FILE_INVALID, "The file has no column Email."),
    "ERROR_TRANSACTIONAL_DATA_COLLECTION_DOES_NOT_EXIST": (codes.COLLECTION_NOT_FOUND, "The collection is unknown."),
    "ERROR_TRANSACTIONAL_DATA_DOES_NOT_EXIST": (codes.RECORD_NOT_FOUND, "The key is unknown."),
    "ERROR_TRANSACTIONAL_DATA_INVALID_COLLECTION_NAME": (codes.COLLECTION_NAME, "The name breaks the rules."),
    "ERROR_TRANSACTIONAL_DATA_STORAGE_ALLOWANCE_EXCEEDED": (codes.STORAGE_SPENT, "The storage quota is used up."),
    "ERROR_TRANSACTIONAL_DATA_VALIDATION_FAILED": (codes.RECORD_INVALID, "The record does not fit its collection."),
}

_V2_ENGAGEMENT: Refusals = {
    "ERROR_CAMPAIGN_CONTAINS_UNSUPPORTED_BLOCKS": (codes.CAMPAIGN_UNUSABLE, "It holds blocks that the API lacks."),
    "ERROR_CAMPAIGN_INVALID": (codes.CAMPAIGN_UNUSABLE, "The campaign is not valid."),
    "ERROR_CAMPAIGN_NOT_FOUND": (codes.CAMPAIGN_UNUSABLE, "The campaign is unknown."),
    "ERROR_CAMPAIGN_READONLY": (codes.CAMPAIGN_UNUSABLE, "The campaign cannot be changed."),
    "ERROR_CAMPAIGN_SENDNOTPERMITTED": (codes.SEND_REFUSED, "The send is not permitted at this time."),
    "ERROR_CAMPAIGN_SEND_INVALID": (codes.SEND_REFUSED, "The send is not valid."),
    "ERROR_ENROLMENT_ALLOWANCE_EXCEEDED": (codes.ENROLMENT_ALLOWANCE, "The limit counts over all programs."),
    "ERROR_ENROLMENT_INVALID": (codes.ENROLMENT_INVALID, "There is nobody to enrol."),
    "ERROR_ENROLMENT_IS_PROCESSING": (codes.NOT_READY, "The enrolment still runs."),
    "ERROR_ENROLMENT_NOT_FOUND": (codes.NOT_FOUND, "The enrolment is unknown."),
    "ERROR_INVALID_PERSONALISATION_VALUES": (codes.SEND_REFUSED, "A value is no valid JSON text."),
    "ERROR_PROGRAM_NOT_ACTIVE": (codes.PROGRAM_NOT_ACTIVE, "Only an active program takes contacts."),
    "ERROR_PROGRAM_NOT_FOUND": (codes.PROGRAM_NOT_FOUND, "The program id is unknown."),
    "ERROR_SEND_LIMITEXCEEDED": (codes.SEND_ALLOWANCE, "The month's sends are used up."),
    "ERROR_SMS_INVALID": (codes.SEND_REFUSED, "The text message is not valid."),
    "ERROR_SMS_INVALIDPHONENUMBER": (codes.SEND_REFUSED, "The phone number is not valid."),
    "ERROR_SMS_SENDNOTPERMITTED": (codes.SEND_ALLOWANCE, "There is no credit for text messages."),
    "ERROR_TEMPLATE_INVALID": (codes.CAMPAIGN_UNUSABLE, "The template is not valid."),
    "ERROR_TEMPLATE_NOT_FOUND": (codes.CAMPAIGN_UNUSABLE, "The template is unknown."),
}

_V2_OF_OTHER_PARTS: Refusals = {
    "ERROR_DOCUMENT_ALREADYATTACHED": (codes.NOT_OURS, "The document is attached already."),
    "ERROR_DOCUMENT_ATTACHMENTSTOOLARGE": (codes.NOT_OURS, "The attachments are too large."),
    "ERROR_DOCUMENT_DATAEMPTY": (codes.NOT_OURS, "The document is empty."),
    "ERROR_DOCUMENT_FOLDER_INVALID": (codes.NOT_OURS, "The document folder is not valid."),
    "ERROR_DOCUMENT_FOLDER_NOT_FOUND": (codes.NOT_OURS, "The document folder is unknown."),
    "ERROR_DOCUMENT_INVALID": (codes.NOT_OURS, "The document is not valid."),
    "ERROR_DOCUMENT_NAMEINVALID": (codes.NOT_OURS, "The document's name is not valid."),
    "ERROR_DOCUMENT_NOT_FOUND": (codes.NOT_OURS, "The document is unknown."),
    "ERROR_DOCUMENT_TOOLARGE": (codes.NOT_OURS, "The document is larger than 10 MB."),
    "ERROR_DOCUMENT_TOOMANYATTACHMENTS": (codes.NOT_OURS, "There are too many attachments."),
    "ERROR_DOCUMENT_UNSUPPORTEDFORMAT": (codes.NOT_OURS, "The document's format is not supported."),
    "ERROR_IMAGE_DATAEMPTY": (codes.NOT_OURS, "The image is empty."),
    "ERROR_IMAGE_FOLDER_DELETED": (codes.NOT_OURS, "The image folder was deleted."),
    "ERROR_IMAGE_FOLDER_INVALID": (codes.NOT_OURS, "The image folder is not valid."),
    "ERROR_IMAGE_FOLDER_NOT_FOUND": (codes.NOT_OURS, "The image folder is unknown."),
    "ERROR_IMAGE_INVALID": (codes.NOT_OURS, "The image is not valid."),
    "ERROR_IMAGE_NAMEINVALID": (codes.NOT_OURS, "The image's name is not valid."),
    "ERROR_IMAGE_PARENTFOLDERISFULL": (codes.NOT_OURS, "The image folder is full."),
    "ERROR_IMAGE_UNSUPPORTEDFORMAT": (codes.NOT_OURS, "The image's format is not supported."),
    "ERROR_SURVEY_NOT_FOUND": (codes.NOT_OURS, "The survey is unknown."),
}

_V2_UNLISTED: Refusals = {
    "ERROR_TRANSACTIONAL_DATA_COLLECTION_IS_RESTORING": (codes.UNAVAILABLE, "The collection is being restored."),
}

_V3: Refusals = {
    "contacts:badJson": (codes.BAD_CONTENT, "The JSON is badly formed."),
    "contacts:badRequest": (codes.BAD_CONTENT, "The request lacks a required member."),
    "contacts:contactNotFound": (codes.CONTACT_NOT_FOUND, "The identifier leads to no contact."),
    "contacts:idAlreadyExists": (codes.IDENTIFIER_TAKEN, "Two contacts would share an identifier."),
    "contacts:identifierConflict": (codes.IDENTIFIER_TAKEN, "Two contacts would share an identifier."),
    "contacts:importNotFound": (codes.IMPORT_NOT_FOUND, "The id of the import or bulk delete is unknown."),
    "contacts:invalidDeleteId": (codes.NOT_FOUND, "The id of the bulk delete is malformed."),
    "contacts:invalidFilter": (codes.UNEXPECTED, "The filter is malformed."),
    "contacts:invalidId": (codes.EMAIL_INVALID, "The value does not fit its identifier."),
    "contacts:noContactsSpecified": (codes.CONTACT_INVALID, "No contact was named."),
    "contacts:tooManyActiveImports": (codes.TOO_MANY_IMPORTS, "At most 25 contact imports run at once."),
    "contacts:tooManyBulkDeleteJobs": (codes.TOO_MANY_JOBS, "Too many bulk deletes run at once."),
    "customIdentifiers:inUse": (codes.SETUP, "The custom identifier is in use."),
    "customIdentifiers:nameAlreadyExists": (codes.SETUP, "A custom identifier of that name exists."),
    "customIdentifiers:nameTooLong": (codes.SETUP, "The name of a custom identifier has fewer than 50 characters."),
    "customIdentifiers:notExist": (codes.SETUP, "The custom identifier is unknown."),
    "events:badJson": (codes.BAD_CONTENT, "The JSON is badly formed."),
    "events:inactiveSubscription": (codes.NOT_OURS, "The subscription is not active."),
    "events:invalidCheckpoint": (codes.NOT_OURS, "The checkpoint is not valid."),
    "events:nameAlreadyExists": (codes.NOT_OURS, "A subscription of that name exists."),
    "events:subscriptionNotFound": (codes.NOT_OURS, "The subscription is unknown."),
    "events:unknownEventType": (codes.NOT_OURS, "The type of event is unknown."),
    "insightData:asyncJobNotFound": (codes.NOT_FOUND, "The job is unknown."),
    "insightData:badJson": (codes.BAD_CONTENT, "The JSON is badly formed."),
    "insightData:collectionNotFound": (codes.COLLECTION_NOT_FOUND, "The collection is unknown."),
    "insightData:contactNotFound": (codes.CONTACT_NOT_FOUND, "The identifier leads to no contact."),
    "insightData:importNotFound": (codes.IMPORT_NOT_FOUND, "The import id is unknown."),
    "insightData:invalidId": (codes.BAD_CONTENT, "An identifier or the collection's name is not valid."),
    "insightData:noRecordsSpecified": (codes.RECORD_NOT_FOUND, "No record was named."),
    "insightData:recordNotFound": (codes.RECORD_NOT_FOUND, "The key is unknown."),
    "marketingEmail:unsubscribed": (codes.CONTACT_SUPPRESSED, "The recipient has opted out."),
}

DOCUMENTED_V2: Refusals = {
    **_V2_CREDENTIALS_AND_ACCOUNT,
    **_V2_REQUEST,
    **_V2_LISTS,
    **_V2_CONTACTS,
    **_V2_DATA_FIELDS,
    **_V2_IMPORTS_AND_INSIGHT,
    **_V2_ENGAGEMENT,
    **_V2_OF_OTHER_PARTS,
}
REFUSALS: Refusals = {word.lower(): row for word, row in {**DOCUMENTED_V2, **_V2_UNLISTED, **_V3}.items()}
"""Every refusal by its word in lower case."""
