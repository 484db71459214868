package org.moslora.console.recipe;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * What a record's constructor throws, as problems of the recipe: with the dotted path and the line. Nothing is passed on
 * that could come from a stand-in for a broken part.
 */
record RejectedRecord(Binder binder, Shape shape, String path, Set<RecipeComponent> broken) {
    void tell(@Nullable Throwable thrown) {
        if (thrown instanceof InvalidInput invalid) {
            invalid.problems().forEach(problem -> tell(problem.where(), problem.what()));
        } else if (thrown instanceof IllegalArgumentException argument) {
            tell("", String.valueOf(argument.getMessage()));
        } else if (thrown instanceof Error error) {
            throw error;
        } else if (broken.isEmpty()) {
            throw new IllegalStateException("the constructor of " + shape.type() + " failed", thrown);
        }
    }

    private void tell(String where, String what) {
        String inner = relative(where);
        if (inner.isEmpty() && part(firstWord(what)).isPresent()) {
            // "rank must be …": the message itself begins with the key.
            String key = firstWord(what);
            tell(key, what.substring(key.length()).strip());
            return;
        }
        Optional<RecipeComponent> part = part(firstWord(inner));
        if (part.map(broken::contains).orElse(!broken.isEmpty()) || mentionsBroken(what)) {
            return;
        }
        String key = part.map(RecipeComponent::key).orElse("")
                + (part.isPresent() ? inner.substring(firstWord(inner).length()) : "");
        String full = key.isEmpty() ? path : DottedPath.path(path, key);
        String foreign = part.isEmpty() && !inner.isEmpty() ? inner + ": " : "";
        String subject = foreign.isEmpty() ? full : "";
        binder.problems().add(binder.origins().whereToMend(full), "%s", sentence(subject, foreign + what));
    }

    private static String sentence(String subject, String what) {
        if (subject.isEmpty()) {
            return what;
        }
        boolean continues = !what.isEmpty() && Character.isLowerCase(what.charAt(0));
        return subject + (continues ? " " : ": ") + what;
    }

    /** Some constructors name keys by their full path. */
    private String relative(String where) {
        return !path.isEmpty() && where.startsWith(path + ".") ? where.substring(path.length() + 1) : where;
    }

    private Optional<RecipeComponent> part(String name) {
        return shape.part(name);
    }

    private static String firstWord(String text) {
        return text.split("[^A-Za-z0-9_-]", 2)[0];
    }

    private boolean mentionsBroken(String what) {
        return broken.stream()
                .anyMatch(part -> Pattern.compile("\\b" + Pattern.quote(part.key()) + "\\b")
                        .matcher(what)
                        .find());
    }
}
