package org.moslora.training;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.Digests;

/**
 * SHA-256 of large files while a training runs. OpenSSL has it by the processor's own instructions; Java's, compiled
 * quickly as the program starts it, takes ten times as long, which for a model of gigabytes is a minute that the first
 * steps share. Without OpenSSL it is Java's all the same.
 */
final class FileDigest {
    private static final int BLOCK = 1 << 20;
    private static final int DIGEST = 32;

    private FileDigest() {}

    /** The functions of OpenSSL's libcrypto that are called, there since 1.1; those that return int say 1 for success. */
    interface Crypto extends Library {
        Pointer EVP_MD_CTX_new();

        void EVP_MD_CTX_free(Pointer context);

        Pointer EVP_sha256();

        int EVP_DigestInit_ex(Pointer context, Pointer kind, Pointer engine);

        int EVP_DigestUpdate(Pointer context, ByteBuffer bytes, long size);

        int EVP_DigestFinal_ex(Pointer context, byte[] digest, Pointer size);
    }

    private static final class Holder {
        static final @Nullable Crypto CRYPTO = load();

        private static @Nullable Crypto load() {
            // Elsewhere a program must not load the system's copy.
            if (!Platform.isLinux()) {
                return null;
            }
            try {
                Crypto crypto = Native.load("crypto", Crypto.class);
                crypto.EVP_MD_CTX_free(crypto.EVP_MD_CTX_new());
                return crypto;
            } catch (UnsatisfiedLinkError absent) {
                return null;
            }
        }
    }

    /**
     * SHA-256 of a file's bytes as 64 lower-case hexadecimal digits.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    static String sha256(Path file) {
        Crypto crypto = Holder.CRYPTO;
        return crypto == null ? Digests.sha256(file) : sha256(crypto, file);
    }

    private static String sha256(Crypto crypto, Path file) {
        Pointer context = crypto.EVP_MD_CTX_new();
        try (FileChannel channel = FileChannel.open(file)) {
            must(crypto.EVP_DigestInit_ex(context, crypto.EVP_sha256(), Pointer.NULL));
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
            for (int read = channel.read(block); read >= 0; read = channel.read(block)) {
                must(crypto.EVP_DigestUpdate(context, block.rewind(), read));
                block.clear();
            }
            byte[] digest = new byte[DIGEST];
            must(crypto.EVP_DigestFinal_ex(context, digest, Pointer.NULL));
            return HexFormat.of().formatHex(digest);
        } catch (IOException failure) {
            throw new UncheckedIOException(file + " cannot be read", failure);
        } finally {
            crypto.EVP_MD_CTX_free(context);
        }
    }

    private static void must(int succeeded) {
        if (succeeded != 1) {
            throw new IllegalStateException("OpenSSL refuses to digest");
        }
    }
}
