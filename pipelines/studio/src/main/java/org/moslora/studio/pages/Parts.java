package org.moslora.studio.pages;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.moslora.console.html.Html;
import org.moslora.studio.folders.Library;

/** Pieces that several pages have. */
final class Parts {
    private Parts() {}

    /** What stands where nothing is yet, with what to do. */
    static void empty(Html html, String what, String todo) {
        html.open("div", "class", "empty", "data-testid", "empty");
        html.element("p", what).element("p", todo).close();
    }

    /** A place for what went wrong, empty as long as nothing did. */
    static void alert(Html html, List<String> lines) {
        if (lines.isEmpty()) {
            html.element("div", "", "class", "alert", "id", "alert", "hidden", "");
            return;
        }
        html.open("div", "class", "alert", "id", "alert", "role", "alert");
        lines.forEach(line -> html.element("p", line));
        html.close();
    }

    /** A labelled choice; a first one with an empty value where nothing need be chosen. */
    static void choice(Html html, String label, String id, List<Library.Entry> entries, String none, String chosen) {
        html.open("div", "class", "field").element("label", label, "for", id);
        html.open("select", "id", id, "name", id);
        if (!none.isEmpty()) {
            html.element("option", none, "value", "");
        }
        for (Library.Entry entry : entries) {
            option(html, entry.name(), entry.path().toString(), chosen);
        }
        html.close().close();
    }

    /** One of a choice. */
    static void option(Html html, String name, String value, String chosen) {
        if (value.equals(chosen)) {
            html.element("option", name, "value", value, "selected", "");
        } else {
            html.element("option", name, "value", value);
        }
    }

    /** A labelled number. */
    static void number(Html html, String label, String id, String value, String... more) {
        html.open("div", "class", "field").element("label", label, "for", id);
        String[] all = new String[more.length + 8];
        System.arraycopy(more, 0, all, 0, more.length);
        System.arraycopy(new String[] {"id", id, "name", id, "type", "number", "value", value}, 0, all, more.length, 8);
        html.empty("input", all).close();
    }

    /** A labelled line of text. */
    static void line(Html html, String label, String id, String value) {
        html.open("div", "class", "field").element("label", label, "for", id);
        html.empty("input", "id", id, "name", id, "type", "text", "value", value, "autocomplete", "off");
        html.close();
    }

    /** Text as it is, which may be long and is scrolled by keyboard. */
    static void text(Html html, String label, String text) {
        html.open("pre", "tabindex", "0", "role", "group", "aria-label", label)
                .element("code", text)
                .close();
    }

    /** Lines for a script. */
    static JsonObject problems(List<String> lines) {
        JsonArray all = new JsonArray();
        lines.forEach(all::add);
        JsonObject json = new JsonObject();
        json.add("problems", all);
        return json;
    }
}
