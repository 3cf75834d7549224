using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pynomaly.Identity.Storage.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class KeyNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "normalized_user_name",
                table: "users",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true,
                collation: "C",
                oldClrType: typeof(string),
                oldType: "character varying(256)",
                oldMaxLength: 256,
                oldNullable: true);

            migrationBuilder.AlterColumn<string>(
                name: "normalized_email",
                table: "users",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true,
                collation: "C",
                oldClrType: typeof(string),
                oldType: "character varying(256)",
                oldMaxLength: 256,
                oldNullable: true);

            migrationBuilder.AddColumn<string>(
                name: "normalized_name",
                table: "api_keys",
                type: "text",
                nullable: true,
                collation: "C");

            // What is ASCII alone: other letters are not every database's, and the next start writes those (ApiKeyNames).
            migrationBuilder.Sql("UPDATE api_keys SET normalized_name = UPPER(name COLLATE \"C\") WHERE octet_length(name) = length(name)");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_expires",
                table: "outgoing_mails",
                column: "expires");

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_id",
                table: "api_keys",
                column: "id")
                .Annotation("Relational:Collation", new[] { "C" });

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
                name: "ix_api_keys_id",
                table: "api_keys");

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

            migrationBuilder.AlterColumn<string>(
                name: "normalized_user_name",
                table: "users",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(256)",
                oldMaxLength: 256,
                oldNullable: true,
                oldCollation: "C");

            migrationBuilder.AlterColumn<string>(
                name: "normalized_email",
                table: "users",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(256)",
                oldMaxLength: 256,
                oldNullable: true,
                oldCollation: "C");
        }
    }
}
