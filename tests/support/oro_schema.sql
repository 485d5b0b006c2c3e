-- The tables of an Oro 6.1 as far as they are read: names and types as Oro has them, content of our own.
CREATE TABLE oro_website (id serial PRIMARY KEY, name varchar(255) NOT NULL, is_default boolean NOT NULL DEFAULT false);
CREATE TABLE oro_localization (id serial PRIMARY KEY, parent_id int, name varchar(255), language_id int, formatting_code varchar(16));
CREATE TABLE oro_dictionary_region (combined_code varchar(16) PRIMARY KEY, country_code varchar(2), code varchar(32), name varchar(255));
CREATE TABLE oro_customer_group (id serial PRIMARY KEY, name varchar(255));
CREATE TABLE oro_customer (id serial PRIMARY KEY, name varchar(255), parent_id int, group_id int,
  created_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL);
CREATE TABLE oro_customer_user (id serial PRIMARY KEY, customer_id int, email varchar(255), email_lowercase varchar(255),
  name_prefix varchar(255), first_name varchar(255), middle_name varchar(255), last_name varchar(255), name_suffix varchar(255),
  birthday date, enabled boolean NOT NULL DEFAULT true, confirmed boolean NOT NULL DEFAULT true, is_guest boolean NOT NULL DEFAULT false,
  last_login timestamp(0), login_count int, website_id int, created_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL);
CREATE TABLE oro_customer_user_address (id serial PRIMARY KEY, frontend_owner_id int, is_primary boolean, first_name varchar(255),
  last_name varchar(255), organization varchar(255), street varchar(500), street2 varchar(500), city varchar(255),
  postal_code varchar(255), region_code varchar(16), region_text varchar(255), country_code varchar(2), phone varchar(255));
CREATE TABLE oro_cus_usr_adr_to_adr_type (id serial PRIMARY KEY, type_name varchar(16), customer_user_address_id int, is_default boolean);
CREATE TABLE oro_consent (id serial PRIMARY KEY, default_name varchar(255));
CREATE TABLE oro_consent_acceptance (id serial PRIMARY KEY, consent_id int NOT NULL, created_at timestamp(0) NOT NULL, "customerUser_id" int);
CREATE TABLE oro_order_address (LIKE oro_customer_user_address INCLUDING ALL);
CREATE TABLE oro_order (id serial PRIMARY KEY, identifier varchar(255), customer_id int, customer_user_id int, website_id int,
  parent_id int, draft_session_uuid uuid, currency varchar(3), subtotal_value numeric(19,4), total_value numeric(19,4),
  base_total_value numeric(19,4), total_discounts_amount numeric(19,4), estimated_shipping_cost_amount numeric(19,4),
  override_shipping_cost_amount numeric(19,4), shipping_method varchar(255), po_number varchar(255), billing_address_id int,
  shipping_address_id int, serialized_data jsonb, created_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL);
CREATE INDEX ON oro_order (updated_at);
CREATE TABLE oro_order_line_item (id serial PRIMARY KEY, product_id int, parent_product_id int, product_sku varchar(255),
  product_name varchar(255), quantity double precision, product_unit_code varchar(255), value numeric(19,4), currency varchar(3),
  free_form_product varchar(255));
CREATE TABLE oro_order_line_items (order_id int NOT NULL, line_item_id int NOT NULL, PRIMARY KEY (order_id, line_item_id));
CREATE TABLE oro_order_shipping_tracking (id serial PRIMARY KEY, order_id int NOT NULL, method varchar(255), number varchar(255));
CREATE TABLE oro_tax_value (id serial PRIMARY KEY, result json NOT NULL, entity_class varchar(255) NOT NULL, entity_id int);
CREATE TABLE oro_payment_transaction (id serial PRIMARY KEY, entity_class varchar(255), entity_identifier int, payment_method varchar(255),
  action varchar(255), amount varchar(255), currency varchar(3), successful boolean, created_at timestamp(0));
CREATE TABLE oro_attribute_family (id serial PRIMARY KEY, code varchar(255));
CREATE TABLE oro_brand (id serial PRIMARY KEY, default_title varchar(255));
CREATE TABLE oro_catalog_category (id serial PRIMARY KEY, parent_id int, materialized_path varchar(255));
CREATE TABLE oro_catalog_cat_title (id serial PRIMARY KEY, category_id int, localization_id int, string varchar(255), fallback varchar(64));
CREATE TABLE oro_product (id serial PRIMARY KEY, sku varchar(255), name varchar(255), status varchar(16), type varchar(32),
  primary_unit_precision_id int, brand_id int, category_id int, attribute_family_id int, serialized_data jsonb,
  created_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL);
CREATE TABLE oro_product_unit_precision (id serial PRIMARY KEY, product_id int, unit_code varchar(255), unit_precision int);
CREATE TABLE oro_product_prod_name (id serial PRIMARY KEY, product_id int, localization_id int, fallback varchar(64), string varchar(255));
CREATE TABLE oro_product_prod_s_descr (id serial PRIMARY KEY, product_id int, localization_id int, fallback varchar(64), text text);
CREATE TABLE oro_fallback_localization_val (id serial PRIMARY KEY, localization_id int, fallback varchar(64), string varchar(255), text text);
CREATE TABLE oro_product_slug_prototype (product_id int, localized_value_id int);
CREATE TABLE oro_product_variant_link (id serial PRIMARY KEY, product_id int, parent_product_id int, visible boolean);
CREATE TABLE oro_attachment_file (id serial PRIMARY KEY, filename varchar(255), original_filename varchar(255));
CREATE TABLE oro_product_image (id serial PRIMARY KEY, product_id int, image_id int);
CREATE TABLE oro_price_product (id uuid PRIMARY KEY, price_list_id int, product_id int, unit_code varchar(255), quantity double precision,
  value numeric(19,4), currency varchar(3));
CREATE TABLE oro_inventory_level (id serial PRIMARY KEY, product_id int, product_unit_precision_id int, quantity numeric(20,10));
CREATE TABLE oro_shopping_list (id serial PRIMARY KEY, customer_id int, customer_user_id int, website_id int, label varchar(255),
  currency varchar(3), created_at timestamp(0) NOT NULL, updated_at timestamp(0) NOT NULL);
CREATE TABLE oro_shopping_list_line_item (id serial PRIMARY KEY, shopping_list_id int, saved_for_later_list_id int, product_id int,
  unit_code varchar(255), quantity double precision);
CREATE TABLE oro_checkout_source (id serial PRIMARY KEY, "shoppingList_id" int);
CREATE TABLE oro_checkout (id serial PRIMARY KEY, source_id int, order_id int, completed boolean NOT NULL DEFAULT false);
CREATE TABLE orocrm_contact (id serial PRIMARY KEY, name_prefix varchar(255), first_name varchar(255), last_name varchar(255),
  gender varchar(8), birthday date, createdat timestamp(0) NOT NULL, updatedat timestamp(0) NOT NULL);
CREATE TABLE orocrm_contact_email (id serial PRIMARY KEY, owner_id int, email varchar(255), is_primary boolean);
CREATE TABLE orocrm_marketing_list (id serial PRIMARY KEY, name varchar(255), entity varchar(255), type varchar(32), segment_id int);
CREATE TABLE orocrm_ml_item_rm (id serial PRIMARY KEY, marketing_list_id int, entity_id int);
CREATE TABLE orocrm_ml_item_uns (id serial PRIMARY KEY, marketing_list_id int, entity_id int,
  created_at timestamp(0) DEFAULT (now() AT TIME ZONE 'UTC'), UNIQUE (marketing_list_id, entity_id));
CREATE TABLE oro_segment_snapshot (id serial PRIMARY KEY, segment_id int, entity_id varchar(255), integer_entity_id int);
CREATE TABLE orocrm_campaign (id serial PRIMARY KEY, name varchar(255), code varchar(255));
CREATE TABLE orocrm_marketing_activity (id serial PRIMARY KEY, campaign_id int, entity_id int, entity_class varchar(255),
  details varchar(255), action_date timestamp(0), type_id varchar(32));
