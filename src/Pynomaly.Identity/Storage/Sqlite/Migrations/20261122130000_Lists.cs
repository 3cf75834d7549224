using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pynomaly.Identity.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Lists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_user_roles_role_id",
                table: "user_roles");

            migrationBuilder.DropIndex(
                name: "ix_authorizations_client_id",
                table: "authorizations");

            migrationBuilder.CreateIndex(
                name: "ix_users_disabled",
                table: "users",
                column: "normalized_user_name",
                filter: "is_disabled");

            migrationBuilder.CreateIndex(
                name: "ix_users_leaving",
                table: "users",
                columns: new[] { "normalized_user_name", "delete_after" },
                filter: "delete_after IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_users_locked",
                table: "users",
                columns: new[] { "normalized_user_name", "lockout_end" },
                filter: "lockout_end IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_user_roles_role_id_user_id",
                table: "user_roles",
                columns: new[] { "role_id", "user_id" });

            migrationBuilder.CreateIndex(
                name: "ix_sessions_address_created_id",
                table: "sessions",
                columns: new[] { "address", "created", "id" },
                filter: "address IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_consents_client_id",
                table: "consents",
                column: "client_id");

            migrationBuilder.CreateIndex(
                name: "ix_authorizations_client_id_created_id",
                table: "authorizations",
                columns: new[] { "client_id", "created", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_address_sequence",
                table: "audit_events",
                columns: new[] { "address", "sequence" },
                filter: "address IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_session_id_sequence",
                table: "audit_events",
                columns: new[] { "session_id", "sequence" },
                filter: "session_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_revoked",
                table: "api_keys",
                columns: new[] { "created", "id" },
                filter: "revoked IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_users_disabled",
                table: "users");

            migrationBuilder.DropIndex(
                name: "ix_users_leaving",
                table: "users");

            migrationBuilder.DropIndex(
                name: "ix_users_locked",
                table: "users");

            migrationBuilder.DropIndex(
                name: "ix_user_roles_role_id_user_id",
                table: "user_roles");

            migrationBuilder.DropIndex(
                name: "ix_sessions_address_created_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_consents_client_id",
                table: "consents");

            migrationBuilder.DropIndex(
                name: "ix_authorizations_client_id_created_id",
                table: "authorizations");

            migrationBuilder.DropIndex(
                name: "ix_audit_events_address_sequence",
                table: "audit_events");

            migrationBuilder.DropIndex(
                name: "ix_audit_events_session_id_sequence",
                table: "audit_events");

            migrationBuilder.DropIndex(
                name: "ix_api_keys_revoked",
                table: "api_keys");

            migrationBuilder.CreateIndex(
                name: "ix_user_roles_role_id",
                table: "user_roles",
                column: "role_id");

            migrationBuilder.CreateIndex(
                name: "ix_authorizations_client_id",
                table: "authorizations",
                column: "client_id");
        }
    }
}
