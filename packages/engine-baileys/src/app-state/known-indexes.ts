/** The first words of all indexes that clients of today know, by the collection that they write them to (seen in: whatsmeow appstate/keys.go 33cfac51,
 *  zapo spec/appstate of WhatsApp Web 2.3000.1043028647). Any client may write any of them to another collection. */
const byCollection = {
  critical_block: 'setting_securityNotification setting_pushName setting_locale generated_wui',
  critical_unblock_low: 'contact lid_contact',
  regular_high:
    'star mute deleteMessageForMe clearChat deleteChat userStatusMute ugc_bot status_privacy favorites waffle_account_link_state ctwaPerCustomerDataSharing maiba_ai_features_control status_post_opt_in_notification_preferences_action private_processing_setting ai_thread_delete nct_salt_sync biz_ai_settings_nudge wasa_root_secret shared_device_allowlist',
  regular_low:
    'pin_v1 recent_emoji_weights_action archive sentinel markChatAsRead setting_unarchiveChats android_unsupported_actions time_format nux primary_version favoriteSticker removeRecentSticker bot_welcome_request payment_info custom_payment_methods lock setting_chatLock device_capabilities device_capabilities_v2 note_edit merchant_payment_partner payment_tos ai_thread_rename interactive_message_action settings_sync out_contact customer_data thread_pin setting_autoOrganizeBusinessChat coexV2Version lock_message contact_manager_metadata business_folder_activation',
  regular:
    'quick_reply label_message label_edit label_jid primary_feature deviceAgent subscription agentChatAssignment agentChatAssignmentOpenedStatus pnForLidChat marketingMessage marketingMessageBroadcast external_web_beta setting_relayAllCalls call_log delete_individual_call_log label_reordering setting_disableLinkPreviews usernameChatStartMode notificationActivitySetting setting_channels_personalised_recommendation_optout broadcast_jid detected_outcomes_status_action business_broadcast_list business_broadcast_campaign business_broadcast_insights_sync music_user_id avatar_updated_action galaxy_flow_action newsletter_saved_interests shareOwnPn broadcast subscriptions_sync_v2 label_sublist ctwa_message_received',
}

const known = new Set(Object.values(byCollection).flatMap((names) => names.split(' ')))

export const isKnownIndex = (name: string): boolean => known.has(name)

/** Records with secrets of the account. */
const secret: ReadonlySet<string> = new Set(['nct_salt_sync', 'wasa_root_secret', 'setting_chatLock'])

export const isSecretIndex = (name: string): boolean => secret.has(name)
