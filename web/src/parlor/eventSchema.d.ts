// Made by `npm run types` from docs/events.json; do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        "auth:refresh": {
            token: string;
        };
        "auth:refresh answered": {
            expires_at: string;
        };
        "friend:accept": {
            /** Format: int64 */
            user_id: number;
        };
        "friend:accept answered": {
            relation: components["schemas"]["native.Relation"];
        };
        "friend:cancel": {
            /** Format: int64 */
            user_id: number;
        };
        "friend:cancel answered": {
            relation: components["schemas"]["native.Relation"];
        };
        "friend:reject": {
            /** Format: int64 */
            user_id: number;
        };
        "friend:reject answered": {
            relation: components["schemas"]["native.Relation"];
        };
        "friend:remove": {
            /** Format: int64 */
            user_id: number;
        };
        "friend:remove answered": {
            relation: components["schemas"]["native.Relation"];
        };
        "friend:request": {
            email?: string | null;
            /** Format: int64 */
            user_id?: number | null;
            username?: string | null;
        };
        "friend:request answered": {
            relation: components["schemas"]["native.Relation"];
        };
        "message:delete": {
            /** Format: int64 */
            message_id: number;
        };
        "message:delete answered": {
            /** Format: int64 */
            message_id: number;
            /** Format: int64 */
            rev: number;
        };
        "message:delivered": {
            /** Format: uuid */
            chatroom_id: string;
            /** Format: int64 */
            seq: number;
        };
        "message:delivered answered": components["schemas"]["native.Delivered"];
        "message:edit": {
            content: string;
            /** Format: int64 */
            message_id: number;
        };
        "message:edit answered": {
            message: components["schemas"]["native.Message"];
        };
        "message:forward": {
            /** Format: uuid */
            chatroom_id: string;
            /** Format: uuid */
            client_msg_id?: string | null;
            /** Format: int64 */
            message_id: number;
        };
        "message:forward answered": {
            duplicate: boolean;
            message: components["schemas"]["native.Message"];
        };
        "message:list": {
            /** Format: int64 */
            after_seq?: number | null;
            /** Format: int64 */
            around_seq?: number | null;
            /** Format: int64 */
            before_seq?: number | null;
            /** Format: uuid */
            chatroom_id: string;
            /** Format: int64 */
            limit?: number | null;
        };
        "message:list answered": components["schemas"]["native.Page"];
        "message:pin": {
            /** Format: int64 */
            message_id: number;
        };
        "message:pin answered": {
            message: components["schemas"]["native.Message"];
        };
        "message:read": {
            /** Format: uuid */
            chatroom_id: string;
            /** Format: int64 */
            seq?: number | null;
        };
        "message:read answered": components["schemas"]["native.Cursor"];
        "message:receipts": {
            /** Format: int64 */
            message_id: number;
        };
        "message:receipts answered": components["schemas"]["native.Receipts"];
        "message:search": {
            /** Format: date-time */
            after?: string | null;
            /** Format: date-time */
            before?: string | null;
            /** Format: uuid */
            chatroom_id?: string | null;
            cursor?: string | null;
            has_file?: boolean | null;
            /** Format: int64 */
            limit?: number | null;
            query: string;
            /** Format: int64 */
            sender_id?: number | null;
        };
        "message:search answered": {
            messages: {
                attachments: components["schemas"]["native.File"][];
                /** Format: uuid */
                chatroom_id: string;
                /** Format: uuid */
                client_msg_id?: string;
                content: string;
                deleted_at?: string | null;
                edited_at?: string | null;
                forwarded_from?: components["schemas"]["native.Author"];
                media_url?: string | null;
                mentions: number[];
                /** Format: int64 */
                message_id: number;
                message_type: string;
                pinned_at?: string | null;
                reactions: components["schemas"]["native.Reaction"][];
                read_status: string;
                reply_to?: components["schemas"]["native.Quote"];
                /** Format: int64 */
                rev: number;
                /** Format: int64 */
                sender_id: number;
                /** Format: int64 */
                seq: number;
                timestamp: string;
                user: components["schemas"]["native.Author"];
            }[];
            next: null | string;
        };
        "message:send": {
            attachment_ids?: string[] | null;
            /** Format: uuid */
            chatroom_id: string;
            /** Format: uuid */
            client_msg_id?: string | null;
            content?: string | null;
            /** Format: uri-reference */
            media_url?: string | null;
            /** @enum {string|null} */
            message_type?: "text" | "image" | "audio" | "file" | "video" | null;
            /** Format: int64 */
            reply_to_id?: number | null;
        };
        "message:send answered": {
            duplicate: boolean;
            message: components["schemas"]["native.Message"];
        };
        "message:unpin": {
            /** Format: int64 */
            message_id: number;
        };
        "message:unpin answered": {
            message: components["schemas"]["native.Message"];
        };
        "message:unread": {
            /** Format: uuid */
            chatroom_id: string;
            /** Format: int64 */
            seq: number;
        };
        "message:unread answered": components["schemas"]["native.Cursor"];
        "native.Author": {
            avatar_url?: string | null;
            deleted?: boolean;
            /** Format: int64 */
            id: number;
            nickname?: string | null;
            /** Format: int64 */
            user_id: number;
            username: string;
        };
        "native.Cursor": {
            /** Format: int64 */
            last_read_seq: number;
            /** Format: int64 */
            unread_count: number;
        };
        "native.Delivered": {
            /** Format: int64 */
            last_delivered_seq: number;
        };
        "native.File": {
            /** Format: int32 */
            height?: number | null;
            /** Format: uuid */
            id: string;
            mime: string;
            name: string;
            /** Format: int64 */
            size: number;
            thumb_url?: string | null;
            url: string;
            /** Format: int32 */
            width?: number | null;
        };
        "native.Left": {
            chatroom: components["schemas"]["native.LeftRoom"];
        };
        "native.LeftRoom": {
            /** Format: uuid */
            chatroom_id: string;
        };
        "native.Me": components["schemas"]["native.User"] & {
            bio?: string | null;
            created_at: string;
            email?: string | null;
            /** Format: uuid */
            public_id: string;
            /** Format: int64 */
            rev: number;
            sends_receipts: boolean;
            updated_at: string;
        };
        "native.Member": {
            joined_at: string;
            /** Format: int64 */
            last_delivered_seq?: number | null;
            /** Format: int64 */
            last_read_seq?: number | null;
            role: string;
            user: components["schemas"]["native.User"];
        };
        "native.Message": {
            attachments: components["schemas"]["native.File"][];
            /** Format: uuid */
            chatroom_id: string;
            /** Format: uuid */
            client_msg_id?: string;
            content: string;
            deleted_at?: string | null;
            edited_at?: string | null;
            forwarded_from?: components["schemas"]["native.Author"];
            media_url?: string | null;
            mentions: number[];
            /** Format: int64 */
            message_id: number;
            message_type: string;
            pinned_at?: string | null;
            reactions: components["schemas"]["native.Reaction"][];
            read_status: string;
            reply_to?: components["schemas"]["native.Quote"];
            /** Format: int64 */
            rev: number;
            /** Format: int64 */
            sender_id: number;
            /** Format: int64 */
            seq: number;
            timestamp: string;
            user: components["schemas"]["native.Author"];
        };
        "native.Own": components["schemas"]["native.Me"] & {
            blocks: components["schemas"]["native.User"][];
            friends: components["schemas"]["native.Relation"][];
            requests: components["schemas"]["native.Relation"][];
            settings: components["schemas"]["native.SettingsOfRoom"][];
        };
        "native.Page": {
            has_more_after: boolean;
            has_more_before: boolean;
            messages: components["schemas"]["native.Message"][];
        };
        "native.Presence": {
            last_seen?: string | null;
            state: string;
            status_text?: string | null;
            /** Format: int64 */
            user_id: number;
        };
        "native.Quote": {
            deleted: boolean;
            excerpt: string;
            /** Format: int64 */
            message_id: number;
            /** Format: int64 */
            sender_id: number;
            /** Format: int64 */
            seq: number;
        };
        "native.Reaction": {
            count: number;
            emoji: string;
            user_ids: number[];
        };
        "native.Reactions": {
            reactions: components["schemas"]["native.Reaction"][];
        };
        "native.Reader": {
            read_at?: string | null;
            /** Format: int64 */
            user_id: number;
        };
        "native.ReadingCursor": {
            /** Format: int64 */
            last_delivered_seq: number;
            /** Format: int64 */
            last_read_seq: number;
            /** Format: int64 */
            user_id: number;
        };
        "native.Receipts": {
            delivered: components["schemas"]["native.Recipient"][];
            /** Format: int64 */
            delivered_count: number;
            /** Format: int64 */
            read_count: number;
            readers: components["schemas"]["native.Reader"][];
        };
        "native.Recipient": {
            delivered_at?: string | null;
            /** Format: int64 */
            user_id: number;
        };
        "native.Relation": {
            since?: string | null;
            state: string;
            user: components["schemas"]["native.User"];
            /** Format: int64 */
            user_id: number;
        };
        "native.Room": {
            /** Format: uuid */
            chatroom_id: string;
            chatroom_name?: string | null;
            created_at: string;
            /** Format: int64 */
            creator_id?: number | null;
            description?: string | null;
            kind: string;
            /** Format: int64 */
            last_seq: number;
            /** Format: int64 */
            members_rev: number;
            /** Format: int64 */
            rev: number;
            /** Format: int64 */
            server_id?: number | null;
            slug?: string | null;
        };
        "native.RoomItem": components["schemas"]["native.Room"] & {
            joined: boolean;
            last_message?: components["schemas"]["native.Message"] | null;
            /** Format: int64 */
            last_read_seq: number;
            /** Format: int64 */
            member_count: number;
            /** Format: int64 */
            mention_count: number;
            peer?: components["schemas"]["native.User"] | null;
            role: string;
            settings: components["schemas"]["native.RoomSettings"];
            /** Format: int64 */
            unread_count: number;
        };
        "native.RoomSettings": {
            /** Format: int64 */
            cleared_seq: number;
            draft?: string | null;
            drafted_at?: string | null;
            hidden: boolean;
            marked_unread: boolean;
            muted_until?: string | null;
            pinned_at?: string | null;
        };
        "native.SetUp": {
            settings: components["schemas"]["native.RoomSettings"];
        };
        "native.SettingsOfRoom": {
            /** Format: uuid */
            chatroom_id: string;
            settings: components["schemas"]["native.RoomSettings"];
        };
        "native.Sync": {
            has_more: boolean;
            people: components["schemas"]["native.User"][];
            removed: string[];
            rooms: components["schemas"]["native.SyncRoom"][];
            since: string;
            user?: components["schemas"]["native.Own"] | null;
        };
        "native.SyncRoom": {
            chatroom: components["schemas"]["native.RoomItem"];
            /** Format: uuid */
            chatroom_id: string;
            cursors: components["schemas"]["native.ReadingCursor"][];
            has_more: boolean;
            members?: components["schemas"]["native.Member"][] | null;
            messages: components["schemas"]["native.Message"][];
            reset: boolean;
            /** Format: int64 */
            rev: number;
        };
        "native.User": {
            avatar_url?: string | null;
            deleted?: boolean;
            /** Format: int64 */
            id: number;
            nickname?: string | null;
            status?: string | null;
            /** Format: int64 */
            user_id: number;
            username: string;
        };
        "native.Without": {
            chatroom: components["schemas"]["native.RoomItem"];
        } | components["schemas"]["native.Left"];
        "presence:set": {
            /** @enum {string} */
            state: "online" | "idle" | "dnd" | "invisible";
            status_text?: string | null;
        };
        "presence:set answered": {
            presence: components["schemas"]["native.Presence"];
        };
        "presence:subscribe": {
            user_ids: number[];
        };
        "presence:subscribe answered": {
            presences: {
                last_seen?: string | null;
                state: string;
                status_text?: string | null;
                /** Format: int64 */
                user_id: number;
            }[];
        };
        "presence:unsubscribe": {
            user_ids: number[];
        };
        "presence:unsubscribe answered": {
            presences: {
                last_seen?: string | null;
                state: string;
                status_text?: string | null;
                /** Format: int64 */
                user_id: number;
            }[];
        };
        "reaction:add": {
            emoji: string;
            /** Format: int64 */
            message_id: number;
        };
        "reaction:add answered": components["schemas"]["native.Reactions"];
        "reaction:remove": {
            emoji: string;
            /** Format: int64 */
            message_id: number;
        };
        "reaction:remove answered": {
            reactions: components["schemas"]["native.Reaction"][];
        };
        "room:add_members": {
            /** Format: uuid */
            chatroom_id: string;
            user_ids: number[];
        };
        "room:add_members answered": {
            chatroom: components["schemas"]["native.RoomItem"];
        };
        "room:create": {
            chatroom_name?: string | null;
            description?: string | null;
            /** @enum {string} */
            kind: "direct" | "group" | "public" | "channel";
            /** Format: int64 */
            server_id?: number | null;
            user_ids?: number[] | null;
        };
        "room:create answered": {
            chatroom: components["schemas"]["native.RoomItem"];
            created: boolean;
        };
        "room:draft": {
            /** Format: uuid */
            chatroom_id: string;
            text: string;
        };
        "room:draft answered": components["schemas"]["native.SetUp"];
        "room:leave": {
            /** Format: uuid */
            chatroom_id: string;
        };
        "room:leave answered": {
            chatroom: components["schemas"]["native.LeftRoom"];
        };
        "room:remove_member": {
            /** Format: uuid */
            chatroom_id: string;
            /** Format: int64 */
            user_id: number;
        };
        "room:remove_member answered": components["schemas"]["native.Without"];
        "room:settings": {
            /** Format: uuid */
            chatroom_id: string;
            /** Format: int64 */
            cleared_seq?: number;
            hidden?: boolean | null;
            marked_unread?: boolean | null;
            /** Format: date-time */
            muted_until?: string | null;
            pinned?: boolean | null;
        };
        "room:settings answered": components["schemas"]["native.SetUp"];
        "room:update": {
            /** Format: uuid */
            chatroom_id: string;
            chatroom_name?: string | null;
            description?: string | null;
            /** @enum {string|null} */
            role?: "member" | "admin" | "owner" | null;
            /** Format: int64 */
            user_id?: number | null;
        };
        "room:update answered": {
            chatroom: components["schemas"]["native.RoomItem"];
        };
        sync: {
            /** Format: int64 */
            limit?: number | null;
            rooms?: {
                [key: string]: number;
            } | null;
            /** Format: date-time */
            since?: string | null;
            /** Format: int64 */
            user_rev?: number | null;
        };
        "sync answered": components["schemas"]["native.Sync"];
        "typing:start": {
            /** Format: uuid */
            chatroom_id: string;
        };
        "typing:start answered": Record<string, never>;
        "typing:stop": {
            /** Format: uuid */
            chatroom_id: string;
        };
        "typing:stop answered": Record<string, never>;
        "user:block": {
            /** Format: int64 */
            user_id: number;
        };
        "user:block answered": Record<string, never>;
        "user:unblock": {
            /** Format: int64 */
            user_id: number;
        };
        "user:unblock answered": Record<string, never>;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
