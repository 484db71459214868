package org.moslora.serve;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.problems.InvalidInput;

/**
 * Messages of a request as a conversation. Pictures come in data URLs and stand before the text of their message; several
 * messages of one side in a row are one turn.
 */
final class SentMessages {
    private static final Pattern DATA = Pattern.compile("data:image/[\\w.+-]+;base64,");
    private static final int MOST_PICTURES = 16;

    private final List<Turn> turns = new ArrayList<>();
    private final List<String> images = new ArrayList<>();
    private final Map<String, byte[]> pictures = new LinkedHashMap<>();
    private final List<String> system = new ArrayList<>();

    private SentMessages() {}

    /** @throws InvalidInput naming the message that cannot be read, or where no question is at the end */
    static SentMessages of(List<Fields> given) {
        SentMessages messages = new SentMessages();
        for (int i = 0; i < given.size(); i++) {
            messages.add("messages[" + i + "]", given.get(i));
        }
        List<Turn> turns = messages.turns;
        if (turns.isEmpty()
                || turns.get(0).role() != Role.USER
                || turns.get(turns.size() - 1).role() != Role.USER) {
            throw new InvalidInput("messages", "must begin and end with one of the user's");
        }
        return messages;
    }

    private void add(String where, Fields message) {
        String role = String.valueOf(message.text("role"));
        String text = text(where, message);
        switch (role) {
            case "system", "developer" -> {
                if (!turns.isEmpty()) {
                    throw new InvalidInput(where, "is the system's, and stands behind others; put it first");
                }
                system.add(text);
            }
            case "user" -> turn(Role.USER, text);
            case "assistant" -> turn(Role.ASSISTANT, text);
            default -> throw new InvalidInput(where, "role must be system, user or assistant, got \"" + role + "\"");
        }
    }

    private void turn(Role role, String text) {
        int last = turns.size() - 1;
        if (last >= 0 && turns.get(last).role() == role) {
            turns.set(last, new Turn(role, turns.get(last).text() + "\n" + text));
        } else {
            turns.add(new Turn(role, text));
        }
    }

    private String text(String where, Fields message) {
        JsonElement content = message.get("content");
        if (content instanceof JsonPrimitive whole && whole.isString()) {
            return checked(where, whole.getAsString());
        }
        StringBuilder tags = new StringBuilder();
        List<String> texts = new ArrayList<>();
        for (Fields part : message.objects("content")) {
            String type = String.valueOf(part.text("type"));
            switch (type) {
                case "text" -> texts.add(checked(where, said(where, part)));
                case "image_url" -> {
                    picture(where, part);
                    tags.append(Conversation.IMAGE).append('\n');
                }
                default ->
                    throw new InvalidInput(where, "holds a part of type \"" + type + "\"; read are text and image_url");
            }
        }
        return tags + String.join("\n", texts);
    }

    private static String said(String where, Fields part) {
        String text = part.text("text");
        if (text == null) {
            throw new InvalidInput(where, "holds a part of type \"text\" without a text");
        }
        return text;
    }

    /** Only a picture may stand where the model sees one. */
    private static String checked(String where, String text) {
        if (text.contains(Conversation.IMAGE)) {
            throw new InvalidInput(
                    where, "holds the text " + Conversation.IMAGE + ", which stands for a picture; send an image_url");
        }
        return text;
    }

    private void picture(String where, Fields part) {
        Fields image = part.object("image_url");
        String url = image == null ? "" : String.valueOf(image.text("url"));
        Matcher data = DATA.matcher(url);
        if (!data.lookingAt()) {
            throw new InvalidInput(
                    where, "image_url must be a data URL, data:image/png;base64,…: this service fetches nothing");
        }
        if (images.size() == MOST_PICTURES) {
            throw new InvalidInput(where, "holds more than " + MOST_PICTURES + " pictures");
        }
        try {
            String name = "picture-" + images.size();
            pictures.put(name, Base64.getMimeDecoder().decode(url.substring(data.end())));
            images.add(name);
        } catch (IllegalArgumentException torn) {
            throw new InvalidInput(where, "image_url is no base64: " + torn.getMessage());
        }
    }

    Conversation conversation() {
        String first = system.isEmpty() ? null : String.join("\n", system);
        return new Conversation("of the request", turns, images, first, null);
    }

    Map<String, byte[]> pictures() {
        return pictures;
    }
}
