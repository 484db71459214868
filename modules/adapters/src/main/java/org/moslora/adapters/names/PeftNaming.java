package org.moslora.adapters.names;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.adapters.form.Role;

/**
 * PEFT's keys, {@code base_model.model.PATH.lora_A.weight}, and diffusers' newer ones, which are the same without the
 * first part. MoSLoRA's mixer is {@code lora_mixer}; the authors' {@code lora_AB} is read.
 */
public final class PeftNaming implements Naming {
    private static final String PREFIX = "base_model.model.";
    private static final Pattern KEY =
            Pattern.compile("(?:base_model\\.model\\.)?(.+?)\\.(lora_A|lora_B|lora_mixer|lora_AB"
                    + "|lora_magnitude_vector|lora_mid|alpha|hada_\\w+|lokr_\\w+)(?:\\.default)?(\\.weight)?");
    /** What the MoSLoRA authors call the mixer. */
    private static final String AUTHORS_MIXER = "lora_AB";

    private final String prefix;
    private final String home;

    private PeftNaming(String prefix, String home) {
        this.prefix = prefix;
        this.home = home;
    }

    /**
     * PEFT's own.
     *
     * @param home the component of paths that do not say theirs; empty if only they can tell
     */
    public static PeftNaming peft(String home) {
        return new PeftNaming(PREFIX, home);
    }

    /** What diffusers writes. */
    public static PeftNaming diffusers() {
        return new PeftNaming("", "");
    }

    @Override
    public Optional<Named> parse(String key) {
        Matcher match = KEY.matcher(key);
        if (!match.matches()) {
            return Optional.empty();
        }
        String name = match.group(2).equals(AUTHORS_MIXER) ? Role.MIXER.label() : match.group(2);
        boolean weight = match.group(3) != null;
        for (Role role : Role.values()) {
            boolean fits = role == Role.MAGNITUDE || weight == (role.peft() + role.kohya()).contains(".weight");
            if (role.label().equals(name) && fits) {
                return Optional.of(new Named(Components.canonical(match.group(1), home), role));
            }
        }
        return Optional.empty();
    }

    @Override
    public String key(String path, Role role) {
        if (role.peft().isEmpty()) {
            throw new IllegalArgumentException("PEFT has no " + role.label());
        }
        return prefix + path + "." + role.peft();
    }

    @Override
    public String format() {
        return prefix.isEmpty() ? "diffusers" : "PEFT";
    }
}
