using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pynomaly.Identity.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class KeyNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "normalized_name",
                table: "api_keys",
                type: "TEXT",
                nullable: true);

            // What is ASCII alone: other letters are not every database's, and the next start writes those (ApiKeyNames).
            migrationBuilder.Sql("UPDATE api_keys SET normalized_name = UPPER(name) WHERE octet_length(name) = length(name)");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_expires",
                table: "outgoing_mails",
                column: "expires");

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_normalized_name_id",
                table: "api_keys",
                columns: new[] { "normalized_name", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_revoked_at",
                table: "api_keys",
                column: "revoked",
                filter: "revoked IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_revoked_name",
                table: "api_keys",
                columns: new[] { "normalized_name", "id" },
                filter: "revoked IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_expires",
                table: "outgoing_mails");

            migrationBuilder.DropIndex(
                name: "ix_api_keys_normalized_name_id",
                table: "api_keys");

            migrationBuilder.DropIndex(
                name: "ix_api_keys_revoked_at",
                table: "api_keys");

            migrationBuilder.DropIndex(
                name: "ix_api_keys_revoked_name",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "normalized_name",
                table: "api_keys");
        }
    }
}
